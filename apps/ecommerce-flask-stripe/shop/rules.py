"""What a product must be, whether it comes from a file or from the admin's form."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop.money import DECIMALS, parse_price
from shop.pictures import PICTURES

LENGTHS = {"name": 80, "info": 60, "short_description": 200, "full_description": 4000}
"""The most characters of each text."""

MOST_PICTURES = 6

SLUG_LENGTH = 80
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_LINE_ENDS = "\n\u2028\u2029"
_NO_TEXT = {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Draft:
    """A product that keeps every rule and has no address yet. The price is in minor units."""

    name: str
    price: int
    currency: str
    info: str
    short_description: str
    full_description: str
    images: tuple[str, ...]


class InvalidProductError(ValueError):
    """One sentence for each field that breaks a rule."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems.items()))
        self.problems = problems


def draft_product(fields: Mapping[str, str], images: Sequence[str]) -> Draft:
    """A draft from texts as they were written.

    `fields` holds the texts of LENGTHS, `price` and `currency`; what is absent counts as empty.
    Raises InvalidProductError with all that is wrong, not the first only.
    """
    problems: dict[str, str] = {}
    texts: dict[str, str] = {}
    for field, longest in LENGTHS.items():
        texts[field] = _tidy(fields.get(field, ""))
        if problem := text_problem(texts[field], longest, lines=field == "full_description"):
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
    elif len(images) > MOST_PICTURES:
        problems["images"] = f"At most {MOST_PICTURES} pictures; these are {len(images)}."

    if problems:
        raise InvalidProductError(problems)
    return Draft(**texts, price=price, currency=currency, images=tuple(images))


def slug_of(name: str) -> str:
    """The address of a name: ASCII letters and digits, joined by hyphens.

    `product` when nothing of it is left.
    """
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only))[:SLUG_LENGTH].strip("-") or "product"


def is_slug(text: str) -> bool:
    """Whether a text can be a product's address at all."""
    return len(text) <= SLUG_LENGTH and _SLUG.fullmatch(text) is not None


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()


def text_problem(text: str, longest: int, *, lines: bool) -> str | None:
    """A sentence about a text that breaks a rule; `lines`: it may have several."""
    # Postgres stores neither a zero byte nor half a surrogate pair; the others are no text either.
    if any(unicodedata.category(c) in _NO_TEXT and not (lines and c in _LINE_ENDS) for c in text):
        return (
            "Remove the control characters."
            if lines
            else "Write it on one line, without control characters."
        )
    if not any(c.isprintable() and not c.isspace() for c in text):
        return "Fill this in."
    if len(text) > longest:
        return f"At most {longest} characters; these are {len(text)}."
    return None
