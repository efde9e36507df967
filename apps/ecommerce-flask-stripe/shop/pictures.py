"""The pictures that are part of the image. Products refer to them by name; there are no uploads."""

from collections.abc import Sequence
from pathlib import Path

STATIC = Path(__file__).parent / "static"
PICTURES = frozenset(path.name for path in (STATIC / "pictures").glob("*.svg"))

DEFAULT_PICTURE = "parcel.svg"
"""For a product without a picture, or whose picture is no longer part of the image."""


def picture_paths(images: Sequence[str]) -> list[str]:
    """The static paths of a product's pictures: at least one, and all of them exist."""
    return [f"pictures/{name}" for name in images if name in PICTURES] or [
        f"pictures/{DEFAULT_PICTURE}"
    ]
