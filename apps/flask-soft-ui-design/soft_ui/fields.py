"""Reading and checking the fields that several forms have in common."""

import re
import unicodedata
from collections.abc import Mapping

from appkit import names

NAME_LENGTH = (2, 80)
MAX_EMAIL_LENGTH = 254

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def read(form: Mapping[str, str], name: str) -> str:
    """The normalized text of a field; empty if it is missing."""
    return unicodedata.normalize("NFC", form.get(name, "").replace("\r\n", "\n")).strip()


def read_name(form: Mapping[str, str]) -> str:
    """The field `name`, as it is stored; empty if it is missing."""
    return names.clean(form.get("name", ""))


def within(text: str, length: tuple[int, int]) -> bool:
    """Whether a text has a number of characters within these limits."""
    return length[0] <= len(text) <= length[1]


def is_printable(text: str) -> bool:
    """Whether a text has no control characters. Postgres cannot store NUL."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


def check_name(name: str) -> str | None:
    """The problem of a person's name, or None."""
    if not within(name, NAME_LENGTH):
        return "Enter your name, in 2 to 80 characters."
    if not names.is_legible(name):
        return "Enter your name with letters, and without invisible characters."
    return None


def check_email(email: str) -> str | None:
    """The problem of an e-mail address, or None."""
    # Addresses that look alike, such as one in full-width characters, would be different accounts.
    is_plain = names.is_legible(email) and unicodedata.is_normalized("NFKC", email)
    if len(email) <= MAX_EMAIL_LENGTH and _EMAIL.fullmatch(email) and is_plain:
        return None
    return "Enter your e-mail address, such as name@example.org."


def only_problems(**checks: str | None) -> dict[str, str]:
    """The results of checks, without the fields that have no problem."""
    return {name: problem for name, problem in checks.items() if problem is not None}
