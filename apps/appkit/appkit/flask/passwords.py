"""Hashing and checking passwords, by salted scrypt, and the rules for a new password."""

import gzip
import re
import secrets
import unicodedata
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

METHOD = "scrypt:32768:8:1"
"""One hash takes 32 MiB and about a tenth of a second."""

MIN_LENGTH = 10
MAX_LENGTH = 200
MIN_DIFFERENT_CHARACTERS = 5

MAX_SIMILARITY = 0.7
"""From 0 to 1: how much a password may have in common with the name or address of its owner."""

_COMMON_PASSWORDS = Path(__file__).with_name("common-passwords.txt.gz")
"""The public list by Royce Williams that Django has as well: folded, sorted, 5 characters or more.

One password a line. Most are too short to be chosen, but are found inside longer ones.
"""

_MAX_PADDING = 4
"""Digits and punctuation around a common password which do not make it another one."""

_PADDING = re.compile(r"\A[\W\d_]+|[\W\d_]+\Z")
_SUBSTITUTES = str.maketrans("@4013$57", "aaoiesst")
_MIN_PERSONAL_LENGTH = 3


def hash_password(password: str) -> str:
    """The salted hash to store, at most 255 characters."""
    return generate_password_hash(password, METHOD)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` matches the `stored` hash; never for None.

    A hash is computed for None, too, so that the response time does not reveal which accounts
    exist.
    """
    # No password is longer, and hashing a longer text would only waste time.
    matches = check_password_hash(stored or _unmatchable_hash(), password[: MAX_LENGTH + 1])
    return matches and stored is not None


def check_password(password: str, *personal: str) -> str | None:
    """The problem of a new password, or None. `personal`: its owner's name, address and the like.

    The rules are those of NIST SP 800-63B: a length, and no password that an attacker tries first.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return (
            f"Choose a password of {MIN_LENGTH} to {MAX_LENGTH} characters; "
            f"these are {len(password)}."
        )
    if len(set(password)) < MIN_DIFFERENT_CHARACTERS:
        return f"Choose one with at least {MIN_DIFFERENT_CHARACTERS} different characters."
    if is_common(password):
        return "Choose another password: many people use this one."
    if any(_is_similar(password, text) for text in personal):
        return "Choose one that is not like your name or address."
    return None


def is_common(password: str) -> bool:
    """Whether a password is in the list, or is easily made from one in the list."""
    folded = "".join(_fold(password).split())
    unit = folded[: (folded + folded).find(folded, 1)]
    core = _PADDING.sub("", folded)
    padding = folded.replace(core, "", 1)
    is_padded = len(padding) <= _MAX_PADDING or _is_listed(padding)
    return (
        len(unit) < min(MIN_LENGTH, len(folded))
        or _is_sequence(folded)
        or _is_listed(folded)
        or (is_padded and (_is_listed(core) or _is_listed(core.translate(_SUBSTITUTES))))
    )


def _is_sequence(text: str) -> bool:
    """Whether each character is the next, or each is the previous, of the one before."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


def _is_listed(text: str) -> bool:
    return bool(text) and "\n" not in text and f"\n{text}\n" in _common_passwords()


def _is_similar(password: str, text: str) -> bool:
    """Whether a password has much in common with a text, or with one of its words."""
    wanted = _letters(password)
    parts = map(_letters, (text, text.partition("@")[0], *re.split(r"\W+", text)))
    return any(
        len(part) >= _MIN_PERSONAL_LENGTH
        and SequenceMatcher(a=wanted, b=part).ratio() >= MAX_SIMILARITY
        for part in parts
    )


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _letters(text: str) -> str:
    """The letters and digits of a text."""
    return "".join(filter(str.isalnum, _fold(text)))


@cache
def _common_passwords() -> str:
    """The list, each password in a line of its own: a tenth of the memory that a set needs."""
    return "\n" + gzip.decompress(_COMMON_PASSWORDS.read_bytes()).decode()


@cache
def _unmatchable_hash() -> str:
    """The hash of a random password."""
    return hash_password(secrets.token_urlsafe(18))
