"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Page[Row]:
    """Some of many rows; pages are counted from 1, and there is at least one."""

    rows: Sequence[Row]
    number: int
    pages: int


def page_of[Row](
    session: Session, everything: Select[Row], number: int, length: int
) -> Page[Row] | None:
    """One page of `length` rows; None when there is no page of that number."""
    rows = everything.order_by(None).subquery()
    total = session.scalar(select(func.count()).select_from(rows)) or 0
    pages = max(1, -(-total // length))
    if not 1 <= number <= pages:
        return None
    shown = everything.limit(length).offset((number - 1) * length)
    return Page(session.scalars(shown).all(), number, pages)
