"""Inserts a row or updates it if it exists, in one statement."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

type Insert = postgresql.Insert | sqlite.Insert


def insert(session: Session, table: type) -> Insert:
    """An INSERT that supports ON CONFLICT, which is specific to the dialect."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
