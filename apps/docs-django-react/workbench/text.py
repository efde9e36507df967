"""Validation shared by every text field and search term."""

import unicodedata

# Control characters, surrogates, line and paragraph separators. Postgres stores neither NUL nor
# surrogates.
_FORBIDDEN = ("Cc", "Cs", "Zl", "Zp")


def is_one_line(text: str) -> bool:
    """Whether the text is a single line without control characters."""
    return not any(unicodedata.category(character) in _FORBIDDEN for character in text)
