"""The type of the fixture that most tests start from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

type VariantRow = tuple[str, str, int | None, int]
"""SKU, name, price in cents (`None`: no price), stock."""


class Shelve(Protocol):
    """Puts a product on a shelf; see `shelve`."""

    def __call__(
        self,
        name: str,
        *variants: VariantRow,
        category: str = ...,
        tags: Sequence[str] = ...,
        published: datetime | None = ...,
        text: str = ...,
    ) -> int: ...
