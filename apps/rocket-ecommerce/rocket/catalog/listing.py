"""The visible part of the catalogue: published products with a price in the visitor's currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from rocket.catalog.models import Category, Price, Product, Tag

LOW_STOCK = 5
"""Pages state the remaining quantity if it is at most this number."""

type StockLevel = Literal["sold-out", "low", "in-stock"]

SORTS: Mapping[str, tuple[str, Sequence[str]]] = MappingProxyType(
    {
        "newest": ("Newest first", ("-published_at", "name")),
        "cheapest": ("Cheapest first", ("lowest", "name")),
        "dearest": ("Dearest first", ("-lowest", "name")),
        "name": ("By name", ("name",)),
    }
)
"""The orders of a list: label and fields, by the value of the query parameter `sort`."""

NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Filters:
    """The conditions of a product list. An empty field is no condition."""

    text: str = ""
    category: Category | None = None
    tag: Tag | None = None
    available: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant with its price in one currency."""

    sku: str
    name: str
    amount: int
    """The price in the smallest unit of the currency."""
    stock: int


def stock_level(stock: int) -> StockLevel:
    if stock <= 0:
        return "sold-out"
    return "low" if stock <= LOW_STOCK else "in-stock"


def products(
    filters: Filters, *, currency: str, now: datetime, sort: str = NEWEST
) -> QuerySet[Product]:
    """The visible products, sorted by a key of `SORTS`.

    Each has the `lowest` and `highest` price and the `stock` of all its variants. With a search
    text, every word must occur in the name, the texts, the category or a tag of the product.
    """
    found = Product.objects.published(now).filter(variants__prices__currency=currency)
    if filters.category:
        found = found.filter(category=filters.category)
    # Tags are matched in a subquery: a join would count the stock once per tag.
    if filters.tag:
        found = found.filter(_has_tag(slug=filters.tag.slug))
    for word in filters.text.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(summary__icontains=word)
            | Q(description__icontains=word)
            | Q(category__name__icontains=word)
            | _has_tag(name__icontains=word)
        )
    listed = found.annotate(
        lowest=Min("variants__prices__amount"),
        highest=Max("variants__prices__amount"),
        stock=Sum("variants__stock"),
    )
    if filters.available:
        listed = listed.filter(stock__gt=0)
    _, fields = SORTS[sort]
    # Django ignores the model's default order in a query with aggregates.
    return listed.order_by(*fields).select_related("category").prefetch_related("images")


def categories(*, currency: str, now: datetime) -> QuerySet[Category]:
    """The categories that have visible products."""
    visible = Product.objects.published(now).filter(variants__prices__currency=currency)
    return Category.objects.filter(Exists(visible.filter(category=OuterRef("pk"))))


def prices(*, currency: str, now: datetime) -> QuerySet[Price]:
    """The prices of all variants for sale, with their variants. Sold-out variants are included."""
    return (
        Price.objects.filter(currency=currency, variant__product__published_at__lte=now)
        .select_related("variant")
        .order_by("variant__position", "variant_id")
    )


def offers(product: Product, *, currency: str, now: datetime) -> list[Offer]:
    """The variants of a product that are for sale, ordered by `Variant.position`."""
    return [
        Offer(price.variant.sku, price.variant.name, price.amount, price.variant.stock)
        for price in prices(currency=currency, now=now).filter(variant__product=product)
    ]


def _has_tag(**condition: str) -> Exists:
    return Exists(Tag.objects.filter(products=OuterRef("pk"), **condition))
