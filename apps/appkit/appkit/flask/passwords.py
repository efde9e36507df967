"""Hashing and checking passwords, by salted scrypt."""

import secrets
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

METHOD = "scrypt:32768:8:1"
"""One hash takes 32 MiB and about a tenth of a second."""


def hash_password(password: str) -> str:
    """The salted hash to store, at most 255 characters."""
    return generate_password_hash(password, METHOD)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` matches the `stored` hash; never for None.

    A hash is computed for None, too, so that the response time does not reveal which accounts
    exist.
    """
    matches = check_password_hash(stored or _unmatchable_hash(), password)
    return matches and stored is not None


@cache
def _unmatchable_hash() -> str:
    """The hash of a random password."""
    return hash_password(secrets.token_urlsafe(18))
