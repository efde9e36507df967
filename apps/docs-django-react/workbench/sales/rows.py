"""The rows of a CSV file of sales. Pure: no database.

The first line names the columns, in any order:

| column   | value                                                                      |
| -------- | -------------------------------------------------------------------------- |
| id       | the sale's ID in the system that exports it, up to 64 characters, unique    |
| date     | day of the sale, like 2026-03-31, not after today                          |
| product  | name of the product, up to 80 characters                                   |
| category | category of the product, up to 40 characters, the same for all of its sales |
| channel  | online, studio or partner                                                  |
| units    | number of units sold, from 1 to 32767                                      |
| amount   | the whole price paid in euros, like 129.00, up to 21474836.47              |
"""

import csv
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from workbench.sales.models import MAX_CATEGORY, MAX_NAME, Channel, Product, Sale
from workbench.text import is_one_line

COLUMNS = ("id", "date", "product", "category", "channel", "units", "amount")
EARLIEST = date(1970, 1, 1)
MAX_UNITS = 32_767
MAX_CENTS = 2_147_483_647

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNITS = re.compile(r"[0-9]{1,5}")
_EUROS = re.compile(r"([0-9]{1,8})(?:\.([0-9]{2}))?")


class Row(NamedTuple):
    """One sale. `amount` is in euro cents."""

    external_id: str
    sold_on: date
    product: str
    category: str
    channel: Channel
    units: int
    amount: int


class Problem(NamedTuple):
    """A mistake in the file; `line` counts from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class InvalidFile(Exception):
    """The file has mistakes, so nothing of it may be stored."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def parse(lines: Iterable[str], today: date) -> list[Row]:
    """The rows of the file. Raises `InvalidFile`, which names every line with a mistake."""
    reader = csv.DictReader(lines, strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    ids: dict[str, int] = {}
    categories: dict[str, str] = {}
    try:
        _check_header(reader.fieldnames)
        for values in reader:
            try:
                row = _row(values, today)
                if first := ids.get(row.external_id):
                    raise ValueError(f"id: line {first} has the same one")
                if categories.setdefault(row.product, row.category) != row.category:
                    raise ValueError(f"category: an earlier line has another one for {row.product}")
            except ValueError as error:
                problems.append(Problem(reader.line_num, str(error)))
            else:
                ids[row.external_id] = reader.line_num
                rows.append(row)
    except (csv.Error, UnicodeDecodeError, ValueError) as error:
        # The rest of the file cannot be read.
        reason = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        problems.append(Problem(reader.line_num + isinstance(error, UnicodeDecodeError), reason))
    if problems:
        raise InvalidFile(problems)
    return rows


def _check_header(found: Iterable[str | None] | None) -> None:
    if found is None or sorted(map(str, found)) != sorted(COLUMNS):
        raise ValueError(f"the columns must be {', '.join(COLUMNS)}")


def _row(values: dict[str, str | None], today: date) -> Row:
    """Raises `ValueError` with the column and its mistake."""
    if None in values or None in values.values():
        raise ValueError(f"it does not have {len(COLUMNS)} values")
    text = {name: (value or "").strip() for name, value in values.items()}
    return Row(
        external_id=_line(text, "id", 64),
        sold_on=_checked(text, "date", lambda value: _day(value, today)),
        product=_line(text, "product", MAX_NAME),
        category=_line(text, "category", MAX_CATEGORY),
        channel=_checked(text, "channel", Channel),
        units=_checked(text, "units", _units),
        amount=_checked(text, "amount", _cents),
    )


def _checked[T](text: dict[str, str], column: str, parse_value: Callable[[str], T]) -> T:
    try:
        return parse_value(text[column])
    except ValueError as error:
        raise ValueError(f"{column}: {text[column][:40]!r} is not valid") from error


def _line(text: dict[str, str], column: str, limit: int) -> str:
    value = text[column]
    if not value or len(value) > limit or not is_one_line(value):
        raise ValueError(f"{column}: give one line of 1 to {limit} characters")
    return value


def _day(value: str, today: date) -> date:
    day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    if day is None or not EARLIEST <= day <= today:
        raise ValueError(value)
    return day


def _units(value: str) -> int:
    if not _UNITS.fullmatch(value) or not 1 <= int(value) <= MAX_UNITS:
        raise ValueError(value)
    return int(value)


def _cents(value: str) -> int:
    found = _EUROS.fullmatch(value)
    cents = int(found[1]) * 100 + int(found[2] or 0) if found else MAX_CENTS + 1
    if cents > MAX_CENTS:
        raise ValueError(value)
    return cents


def as_sale(row: Row, product: Product) -> Sale:
    return Sale(
        external_id=row.external_id,
        product=product,
        channel=row.channel,
        sold_on=row.sold_on,
        units=row.units,
        amount=row.amount,
    )
