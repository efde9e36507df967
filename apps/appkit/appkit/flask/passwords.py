"""Passwords are kept as salted scrypt hashes."""

import secrets
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

METHOD = "scrypt:32768:8:1"
"""32 MiB and about a tenth of a second for each guess."""


def hashed(password: str) -> str:
    """What to store (at most 255 characters)."""
    return generate_password_hash(password, METHOD)


def fits(stored: str | None, password: str) -> bool:
    """Whether `password` is the one that was `stored`.

    Where there is none a hash is checked, too: the time taken does not tell who has an account.
    """
    matches = check_password_hash(stored or _nobodys(), password)
    return matches and stored is not None


@cache
def _nobodys() -> str:
    """The hash of a password that nobody knows."""
    return hashed(secrets.token_urlsafe(18))
