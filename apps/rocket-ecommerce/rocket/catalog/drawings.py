"""The drawings that come with the shop, as static files: the same on every replica."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "drawings"


@cache
def names() -> tuple[str, ...]:
    """Every drawing, by the name of its file without the ending."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.svg")))


def choices() -> list[tuple[str, str]]:
    """For forms. A function, so that a new drawing needs no migration."""
    return [(name, name.replace("-", " ").capitalize()) for name in names()]


def path(name: str) -> str:
    """Where a drawing lies among the static files."""
    return f"drawings/{name}.svg"
