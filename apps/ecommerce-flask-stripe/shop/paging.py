"""Splits long lists into pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Page[Row]:
    """The rows of one page. Pages are numbered from 1, and there is at least one."""

    rows: Sequence[Row]
    number: int
    pages: int


def page_of[Row](
    session: Session, query: Select[Row], number: int, length: int
) -> Page[Row] | None:
    """One page of `length` rows; None if there is no such page."""
    rows = query.order_by(None).subquery()
    total = session.scalar(select(func.count()).select_from(rows)) or 0
    pages = max(1, -(-total // length))
    if not 1 <= number <= pages:
        return None
    rows_of_page = query.limit(length).offset((number - 1) * length)
    return Page(session.scalars(rows_of_page).all(), number, pages)
