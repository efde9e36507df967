"""The rules for a product, whether it comes from a file or from the admin's form."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop.money import DECIMALS, parse_price
from shop.pictures import PICTURES

MAX_LENGTHS = {"name": 80, "info": 60, "short_description": 200, "full_description": 4000}
"""Characters of each text."""

MAX_PICTURES = 6

MAX_SLUG_LENGTH = 80
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_LINE_BREAKS = "\n\u2028\u2029"
_CONTROL_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Draft:
    """A valid product that has no slug yet. The price is in minor units."""

    name: str
    price: int
    currency: str
    info: str
    short_description: str
    full_description: str
    images: tuple[str, ...]


class InvalidProductError(ValueError):
    """The message of each field that breaks a rule."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems.items()))
        self.problems = problems


def draft_product(fields: Mapping[str, str], images: Sequence[str]) -> Draft:
    """A draft from unchecked texts.

    `fields` has the texts of MAX_LENGTHS, `price` and `currency`; a missing field counts as empty.
    Raises InvalidProductError with the problems of all fields.
    """
    problems: dict[str, str] = {}
    texts: dict[str, str] = {}
    for field, max_length in MAX_LENGTHS.items():
        texts[field] = _tidy(fields.get(field, ""))
        if problem := text_problem(texts[field], max_length, multiline=field == "full_description"):
            problems[field] = problem

    currency = fields.get("currency", "").strip().lower()
    price = 0
    if currency not in DECIMALS:
        problems["currency"] = f"Choose one of {', '.join(sorted(DECIMALS)).upper()}."
    else:
        try:
            price = parse_price(fields.get("price", "").strip(), currency)
        except ValueError as error:
            problems["price"] = str(error)

    unknown = [name for name in images if name not in PICTURES]
    if unknown:
        problems["images"] = f"There is no picture {unknown[0]!r:.60}."
    elif not images:
        problems["images"] = "Choose a picture."
    elif len(images) > MAX_PICTURES:
        problems["images"] = f"At most {MAX_PICTURES} pictures; these are {len(images)}."

    if problems:
        raise InvalidProductError(problems)
    return Draft(**texts, price=price, currency=currency, images=tuple(images))


def slug_of(name: str) -> str:
    """The slug for a name: its ASCII letters and digits, joined by hyphens; else `product`."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only))[:MAX_SLUG_LENGTH].strip("-") or "product"


def is_slug(text: str) -> bool:
    """Whether a text is a valid slug."""
    return len(text) <= MAX_SLUG_LENGTH and _SLUG.fullmatch(text) is not None


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()


def text_problem(text: str, max_length: int, *, multiline: bool) -> str | None:
    """The message for a text that breaks a rule, or None."""
    # Postgres cannot store a zero byte or half of a surrogate pair.
    if any(
        unicodedata.category(c) in _CONTROL_CATEGORIES and not (multiline and c in _LINE_BREAKS)
        for c in text
    ):
        return (
            "Remove the control characters."
            if multiline
            else "Write it on one line, without control characters."
        )
    if not any(c.isprintable() and not c.isspace() for c in text):
        return "Fill this in."
    if len(text) > max_length:
        return f"At most {max_length} characters; these are {len(text)}."
    return None
