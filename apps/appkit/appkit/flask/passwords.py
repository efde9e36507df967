"""Salted scrypt hashes of passwords."""

import secrets
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

METHOD = "scrypt:32768:8:1"
"""Each check takes 32 MiB of memory and about a tenth of a second."""


def hashed(password: str) -> str:
    """The hash to store (at most 255 characters)."""
    return generate_password_hash(password, METHOD)


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` has the hash `stored`.

    Without an account (`stored` is None) another hash is checked, so that the time of a response
    does not reveal whether the account exists.
    """
    is_same = check_password_hash(stored or _unknown_hash(), password)
    return is_same and stored is not None


@cache
def _unknown_hash() -> str:
    """The hash of a random password."""
    return hashed(secrets.token_urlsafe(18))
