"""Names by which people tell each other apart: which characters they may have.

The rules follow Unicode's advice for identifiers (UAX #31, RFC 8264) as far as names of people
allow: letters of every script, marks, spaces, punctuation and emoji are accepted.
"""

import re
import unicodedata
from itertools import pairwise

MAX_MARKS = 4
"""Marks on one character. More of them cover the lines above and below."""

# Nothing to see, or the order of what follows changes: controls, formats (zero-width characters,
# bidirectional overrides), surrogates, private use, unassigned, line and paragraph separators.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

# Other characters that are drawn as nothing: Default_Ignorable_Code_Point, and an empty pattern.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159").union(
    map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)

_NON_JOINER, _JOINER, _EMOJI_STYLE = "\u200c", "\u200d", "\ufe0f"
_VIRAMA = 9
"""The combining class of a mark that joins two consonants."""

_SPACES = re.compile(r" +")


def clean(text: str) -> str:
    """The name to store: composed, and with single ordinary spaces, none at its ends."""
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if unicodedata.category(one) == "Zs" else one for one in composed)
    return _SPACES.sub(" ", spaced).strip(" ")


def is_legible(text: str) -> bool:
    """Whether readers see all of a cleaned name, and in its order.

    It has a letter or a digit, no hidden character, and each mark has a character to stand on.
    """
    return (
        any(unicodedata.category(one)[0] in "LN" for one in text)
        and not any(_is_hidden(text, position) for position in range(len(text)))
        and _has_few_marks(text)
    )


def _is_ignorable(character: str) -> bool:
    return character in _BLANK or unicodedata.category(character) in _HIDDEN_CATEGORIES


def _is_hidden(text: str, position: int) -> bool:
    """Whether the character is hidden, and is not needed to write its neighbours."""
    character = text[position]
    if not _is_ignorable(character):
        return False
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if character == _EMOJI_STYLE:
        return not _is_symbol(before)
    if character not in (_JOINER, _NON_JOINER) or not before or not after:
        return True
    # Indic scripts choose a form of a conjunct, Persian separates letters, emoji are combined.
    if unicodedata.combining(before) == _VIRAMA:
        return unicodedata.category(after)[0] != "L"
    if character == _NON_JOINER:
        return not all(unicodedata.bidirectional(one) == "AL" for one in (before, after))
    return not (_is_symbol(before) or before == _EMOJI_STYLE) or not _is_symbol(after)


def _is_symbol(text: str) -> bool:
    """Whether `text` is an emoji or the colour of its skin."""
    return bool(text) and unicodedata.category(text) in ("So", "Sk")


def _has_few_marks(text: str) -> bool:
    """Whether no mark stands at the start or on a space, and no character has too many."""
    marks = 0
    for before, character in pairwise(f" {text}"):
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks > MAX_MARKS or (marks and before == " "):
            return False
    return True
