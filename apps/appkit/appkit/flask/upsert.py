"""INSERT … ON CONFLICT for both databases."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

type Insert = postgresql.Insert | sqlite.Insert


def insert(session: Session, table: type) -> Insert:
    """An INSERT with the methods `on_conflict_…`, which each dialect defines by itself."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
