"""The drawn pictures that the image brings; a product names them, and nothing is ever uploaded."""

from collections.abc import Sequence
from pathlib import Path

STATIC = Path(__file__).parent / "static"
PICTURES = frozenset(path.name for path in (STATIC / "pictures").glob("*.svg"))

DEFAULT_PICTURE = "parcel.svg"
"""Stands in for a product without a picture, and for one whose picture has left the image."""


def shown(images: Sequence[str]) -> list[str]:
    """Static paths of a product's pictures, at least one, each of which exists."""
    return [f"pictures/{name}" for name in images if name in PICTURES] or [
        f"pictures/{DEFAULT_PICTURE}"
    ]
