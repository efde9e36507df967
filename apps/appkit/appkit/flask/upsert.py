"""Inserting what may be there already, in one statement."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

type Insert = postgresql.Insert | sqlite.Insert


def insert(session: Session, table: type) -> Insert:
    """An INSERT that knows ON CONFLICT, which each database's dialect has for itself."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
