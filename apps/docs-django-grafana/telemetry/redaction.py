"""Removes user input from SQL statements: each literal and parameter becomes `?`."""

import re
from functools import lru_cache

MAX_LENGTH = 2000
"""Characters of a redacted statement; the rest is cut off."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*|/\*)
  | (?P<dollar>\$(?P<tag>[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)
  | (?P<escaped>[eE]'(?:[^'\\]|''|\\.)*'?)
  | (?P<quoted>(?:[uU]&|[nNbBxX])?'(?:[^']|'')*'?)
  | (?P<savepoint>"s\w+_x\d+")
  | (?P<name>"[A-Za-z_][A-Za-z0-9_]{0,62}"(?!")|[A-Za-z_][A-Za-z0-9_]*)
  | (?P<odd>"(?:[^"]|"")*"?|`(?:[^`]|``)*`?)
  | (?P<cast>::)
  | (?P<parameter>%s|%\(\w+\)s|\$\d+|:\w+|@\w+|\?\d*)
  | (?P<number>(?:\d|\.\d)[\w.]*(?:(?<=[eE])[+-]\d+)?)
  | (?P<mark><=|>=|<>|!=|\|\||->>|->|[(),;*=<>+\-/.\[\]|&~%^])
    """,
    re.VERBOSE | re.DOTALL,
)
_LIST = re.compile(r"\?(?:, \?)+")
_ROWS = re.compile(r"(\(\?(?:, …)?\))(?:, \(\?(?:, …)?\))+")
_NO_SPACE_BEFORE = frozenset(",;).]")


@lru_cache(maxsize=1000)
def redact(statement: str) -> str:
    """Redacts `SELECT "a" FROM t WHERE b = 'secret' AND c IN (1, 2)` to
    `SELECT "a" FROM t WHERE b = ? AND c IN (?, …)`.

    Names and keywords are kept, comments are removed. Every other token becomes `?`, and so does
    everything after the start of a literal that does not end. Statements that differ only in
    their values, or in the number of values, give the same text.
    """
    words: list[str] = []
    gap = False
    position = 0
    while position < len(statement):
        match = _TOKEN.match(statement, position)
        if match is None:
            text, position = "?", position + 1
        elif match.lastgroup == "space":
            gap, position = True, match.end()
            continue
        else:
            text, position = _replaced(statement, match)
        if not text:
            gap = True
            continue
        if gap and words and text not in _NO_SPACE_BEFORE and words[-1] not in ("(", ".", "["):
            words.append(" ")
        elif text == "?" and words and words[-1] == "?":
            # Literals without a space between them become one `?`.
            gap = False
            continue
        words.append(text)
        gap = text == ","
    return _short(_ROWS.sub(r"\1, …", _LIST.sub("?, …", "".join(words).strip())))


def _replaced(statement: str, match: re.Match[str]) -> tuple[str, int]:
    """The replacement of the token, and the start of the next token."""
    kind, text, end = match.lastgroup, match.group(), match.end()
    if kind in ("tag", "dollar"):
        closing = statement.find(text, end)
        return "?", len(statement) if closing < 0 else closing + len(text)
    if kind == "comment":
        return "", end if text.startswith("--") else _end_of_comment(statement, end)
    if kind in ("name", "mark", "cast"):
        return text, end
    return "?", end


def _end_of_comment(statement: str, position: int) -> int:
    """The end of the comment that is open at `position`. Comments can nest."""
    depth = 1
    for mark in re.compile(r"/\*|\*/").finditer(statement, position):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(statement)


def _short(text: str) -> str:
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"
