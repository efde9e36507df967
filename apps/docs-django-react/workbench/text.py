"""What a text may hold, wherever it is stored or looked for."""

import unicodedata

# Control characters, halves of surrogate pairs (Postgres stores neither these nor NUL), line ends.
_FORBIDDEN = ("Cc", "Cs", "Zl", "Zp")


def is_one_line(text: str) -> bool:
    """Whether it has letters, digits and signs only, on one line."""
    return not any(unicodedata.category(character) in _FORBIDDEN for character in text)
