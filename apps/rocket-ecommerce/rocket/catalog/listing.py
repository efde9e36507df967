"""What visitors see of the catalogue: what is published and has a price in their currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from rocket.catalog.models import Category, Price, Product, Tag

LOW_STOCK = 5
"""Up to this many, a page says how many are left."""


SORTS: Mapping[str, tuple[str, Sequence[str]]] = MappingProxyType(
    {
        "newest": ("Newest first", ("-published_at", "name")),
        "cheapest": ("Cheapest first", ("lowest", "name")),
        "dearest": ("Dearest first", ("-lowest", "name")),
        "name": ("By name", ("name",)),
    }
)
"""Orders of a list, by the name that addresses carry: label and fields."""

NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Filters:
    """Each narrows the list; empty ones do not."""

    text: str = ""
    category: Category | None = None
    tag: Tag | None = None
    available: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant at its price."""

    sku: str
    name: str
    amount: int
    """In the smallest unit of the currency that was asked for."""
    stock: int

    @property
    def availability(self) -> str:
        return availability(self.stock)


def availability(stock: int) -> str:
    """What a page says about a stock."""
    if stock <= 0:
        return "Sold out"
    return f"Only {stock} left" if stock <= LOW_STOCK else "In stock"


def products(
    filters: Filters, *, currency: str, now: datetime, sort: str = NEWEST
) -> QuerySet[Product]:
    """In an order of `SORTS`, each with `lowest` and `highest` price and the `stock` of it all.

    A search finds products in which each of its words occurs: in name, texts, category or tags.
    """
    found = Product.objects.published(now).filter(variants__prices__currency=currency)
    if filters.category:
        found = found.filter(category=filters.category)
    # Tags are asked for in a subquery: a join would count the stock once for each tag.
    if filters.tag:
        found = found.filter(_tagged(slug=filters.tag.slug))
    for word in filters.text.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(summary__icontains=word)
            | Q(description__icontains=word)
            | Q(category__name__icontains=word)
            | _tagged(name__icontains=word)
        )
    listed = found.annotate(
        lowest=Min("variants__prices__amount"),
        highest=Max("variants__prices__amount"),
        stock=Sum("variants__stock"),
    )
    if filters.available:
        listed = listed.filter(stock__gt=0)
    _, fields = SORTS[sort]
    # A query with sums forgets the model's own order.
    return listed.order_by(*fields).select_related("category").prefetch_related("images")


def categories(*, currency: str, now: datetime) -> QuerySet[Category]:
    """Those with something to see on them."""
    visible = Product.objects.published(now).filter(variants__prices__currency=currency)
    return Category.objects.filter(Exists(visible.filter(category=OuterRef("pk"))))


def prices(*, currency: str, now: datetime) -> QuerySet[Price]:
    """Of all that can be put into a cart, sold out or not, each with its variant."""
    return (
        Price.objects.filter(currency=currency, variant__product__published_at__lte=now)
        .select_related("variant")
        .order_by("variant__position", "variant_id")
    )


def offers(product: Product, *, currency: str, now: datetime) -> list[Offer]:
    """The variants of a product, in the order that the shop gave them."""
    return [
        Offer(price.variant.sku, price.variant.name, price.amount, price.variant.stock)
        for price in prices(currency=currency, now=now).filter(variant__product=product)
    ]


def _tagged(**condition: str) -> Exists:
    return Exists(Tag.objects.filter(products=OuterRef("pk"), **condition))
