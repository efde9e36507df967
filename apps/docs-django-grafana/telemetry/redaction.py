"""A statement without anything that somebody typed: every literal and parameter becomes `?`."""

import re
from functools import lru_cache

LONGEST = 2000
"""Characters of a statement that are kept."""

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
    """`SELECT "a" FROM t WHERE b = 'secret' AND c IN (1, 2)` as
    `SELECT "a" FROM t WHERE b = ? AND c IN (?, …)`.

    Names and keywords stay, comments go; whatever is not known to be harmless becomes `?`, and so
    does the rest behind a literal that does not end. Statements that differ only in their values,
    or in how many there are, give one text.
    """
    words: list[str] = []
    gap = False
    place = 0
    while place < len(statement):
        match = _TOKEN.match(statement, place)
        if match is None:
            text, place = "?", place + 1
        elif match.lastgroup == "space":
            gap, place = True, match.end()
            continue
        else:
            text, place = _replaced(statement, match)
        if not text:
            gap = True
            continue
        if gap and words and text not in _NO_SPACE_BEFORE and words[-1] not in ("(", ".", "["):
            words.append(" ")
        elif text == "?" and words and words[-1] == "?":
            # Two literals side by side: one would do, and a quote is never taken for a name's.
            gap = False
            continue
        words.append(text)
        gap = text == ","
    return _short(_ROWS.sub(r"\1, …", _LIST.sub("?, …", "".join(words).strip())))


def _replaced(statement: str, match: re.Match[str]) -> tuple[str, int]:
    """What stands for the token, and where the next one starts."""
    kind, text, end = match.lastgroup, match.group(), match.end()
    if kind in ("tag", "dollar"):
        closing = statement.find(text, end)
        return "?", len(statement) if closing < 0 else closing + len(text)
    if kind == "comment":
        return "", end if text.startswith("--") else _end_of_comment(statement, end)
    if kind in ("name", "mark", "cast"):
        return text, end
    return "?", end


def _end_of_comment(statement: str, place: int) -> int:
    """Behind the comment that was open at `place`; comments nest."""
    depth = 1
    for mark in re.compile(r"/\*|\*/").finditer(statement, place):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(statement)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
