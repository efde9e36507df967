"""Stores imported sales: a sale whose ID is known is updated, every other one is created."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from workbench.sales.models import Product, Sale
from workbench.sales.rows import Row, as_sale

_BATCH = 1000
_UPDATED = ("product", "channel", "sold_on", "units", "amount")


class Imported(NamedTuple):
    """Numbers of sales."""

    created: int
    updated: int


@transaction.atomic
def store(rows: Sequence[Row]) -> Imported:
    """Stores all rows or, if an exception is raised, none of them."""
    categories = {row.product: row.category for row in rows}
    Product.objects.bulk_create(
        [Product(name=name, category=category) for name, category in categories.items()],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["category"],
    )
    products = {product.name: product for product in Product.objects.all()}
    before = Sale.objects.count()
    Sale.objects.bulk_create(
        [as_sale(row, products[row.product]) for row in rows],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["external_id"],
        update_fields=_UPDATED,
    )
    created = Sale.objects.count() - before
    return Imported(created, len(rows) - created)
