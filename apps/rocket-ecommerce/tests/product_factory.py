"""The type of the fixture `make_product`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

type VariantRow = tuple[str, str, int | None, int]
"""SKU, name, price in euro cents (`None`: no price), stock."""


class MakeProduct(Protocol):
    """Creates a product with its category, tags, drawing and variants. Returns its primary key."""

    def __call__(
        self,
        name: str,
        *variants: VariantRow,
        category: str = ...,
        tags: Sequence[str] = ...,
        published: datetime | None = ...,
        text: str = ...,
    ) -> int: ...
