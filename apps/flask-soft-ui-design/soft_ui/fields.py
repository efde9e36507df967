"""Reading and checking the fields that several forms have in common."""

import re
import unicodedata
from collections.abc import Mapping

NAME_LENGTH = (2, 80)
MAX_EMAIL_LENGTH = 254

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def read(form: Mapping[str, str], name: str) -> str:
    """The normalized text of a field; empty if it is missing."""
    return unicodedata.normalize("NFC", form.get(name, "").replace("\r\n", "\n")).strip()


def within(text: str, length: tuple[int, int]) -> bool:
    """Whether a text has a number of characters within these limits."""
    return length[0] <= len(text) <= length[1]


def is_printable(text: str) -> bool:
    """Whether a text has no control characters. Postgres cannot store NUL."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


def check_name(name: str) -> str | None:
    """The problem of a person's name, or None."""
    if within(name, NAME_LENGTH) and is_printable(name):
        return None
    return "Enter your name, in 2 to 80 characters."


def check_email(email: str) -> str | None:
    """The problem of an e-mail address, or None."""
    if len(email) <= MAX_EMAIL_LENGTH and _EMAIL.fullmatch(email) and is_printable(email):
        return None
    return "Enter your e-mail address, such as name@example.org."


def only_problems(**checks: str | None) -> dict[str, str]:
    """The results of checks, without the fields that have no problem."""
    return {name: problem for name, problem in checks.items() if problem is not None}
