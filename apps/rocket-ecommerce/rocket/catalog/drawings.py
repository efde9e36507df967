"""Product drawings. They are static files in the image, so every replica has the same ones."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "drawings"


@cache
def names() -> tuple[str, ...]:
    """The file names of all drawings, without `.svg`."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.svg")))


def choices() -> list[tuple[str, str]]:
    """Pairs of name and label for forms.

    This is a function, so that a new drawing needs no migration.
    """
    return [(name, name.replace("-", " ").capitalize()) for name in names()]


def path(name: str) -> str:
    """The path of a drawing, for the template tag `static`."""
    return f"drawings/{name}.svg"
