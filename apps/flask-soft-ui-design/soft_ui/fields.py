"""What the forms have in common: how a field is read, and the rules of names and addresses."""

import re
import unicodedata
from collections.abc import Mapping

NAME_LENGTH = (2, 80)
EMAIL_LONGEST = 254

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def read(form: Mapping[str, str], name: str) -> str:
    """A field without what nobody means to type; empty when it is absent."""
    return unicodedata.normalize("NFC", form.get(name, "").replace("\r\n", "\n")).strip()


def within(text: str, length: tuple[int, int]) -> bool:
    """Whether a text has from the least to the most characters."""
    return length[0] <= len(text) <= length[1]


def is_printable(text: str) -> bool:
    """Without control characters, which a page can't show and Postgres partly refuses (NUL)."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


def check_name(name: str) -> str | None:
    """What is wrong with somebody's name, if anything."""
    if within(name, NAME_LENGTH) and is_printable(name):
        return None
    return "Give your name, in 2 to 80 characters."


def check_email(email: str) -> str | None:
    """What is wrong with an address, if anything."""
    if len(email) <= EMAIL_LONGEST and _EMAIL.fullmatch(email) and is_printable(email):
        return None
    return "Give an address that we can answer to, such as name@example.org."


def found(**checked: str | None) -> dict[str, str]:
    """The problems alone, by field."""
    return {name: problem for name, problem in checked.items() if problem is not None}
