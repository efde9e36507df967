"""What visitors see of the catalogue, and in which order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rocket.catalog import listing
from rocket.catalog.models import Category, Product, Tag
from tests.shelves import Shelve

NOW = timezone.now()


def names(filters: listing.Filters = listing.Filters()) -> list[str]:  # noqa: B008  # frozen
    found = listing.products(filters, currency="EUR", now=NOW)
    return [product.name for product in found]


def test_only_what_is_published_and_for_sale(shelve: Shelve) -> None:
    shelve("Old", ("OLD", "One", 100, 1), published=NOW - timedelta(days=9))
    shelve("New", ("NEW", "One", 100, 0), published=NOW - timedelta(days=1))
    shelve("Draft", ("DRAFT", "One", 100, 1), published=None)
    shelve("Tomorrow", ("TOM", "One", 100, 1), published=NOW + timedelta(days=1))
    shelve("Priceless", ("FREE", "One", None, 1))
    shelve("Hollow")
    assert names() == ["New", "Old"]


def test_prices_and_stock_of_a_product(shelve: Shelve) -> None:
    shelve(
        "Sparrow",
        ("A", "A", 1950, 2),
        ("B", "B", 1650, 3),
        ("C", "C", None, 100),
        tags=("Gift", "Wood"),
        text="gift of wood",
    )
    (found,) = listing.products(listing.Filters("gift"), currency="EUR", now=NOW)
    assert [getattr(found, name) for name in ("lowest", "highest", "stock")] == [1650, 1950, 5]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Pelican", "Sparrow"]),
        ("   ", ["Pelican", "Sparrow"]),
        ("spar", ["Sparrow"]),
        ("SPARROW", ["Sparrow"]),
        ("in short", ["Pelican", "Sparrow"]),
        ("balsa", ["Pelican"]),
        ("ground", ["Pelican"]),
        ("gift", ["Sparrow"]),
        ("gift fins", ["Sparrow"]),
        ("gift balsa", []),
        ("%", []),
        ("_", []),
        ("'; drop table", []),
    ],
)
def test_each_word_must_occur_somewhere(shelve: Shelve, text: str, found: list[str]) -> None:
    shelve("Sparrow", ("S", "One", 100, 1), tags=("Gift", "Wood"), text="Three fins.")
    shelve("Pelican", ("P", "One", 100, 1), category="Ground crew", text="Balsa wings.")
    assert sorted(names(listing.Filters(text))) == found


def test_category_and_tag_narrow_together(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 100, 1), tags=("Gift",))
    shelve("Meridian", ("M", "One", 100, 1))
    shelve("Parasol", ("P", "One", 100, 1), category="Ground", tags=("Gift",))
    kits, gift = Category.objects.get(slug="kits"), Tag.objects.get(slug="gift")
    assert sorted(names(listing.Filters(category=kits))) == ["Meridian", "Sparrow"]
    assert sorted(names(listing.Filters(tag=gift))) == ["Parasol", "Sparrow"]
    assert names(listing.Filters(category=kits, tag=gift)) == ["Sparrow"]
    assert names(listing.Filters("one-no", category=kits)) == []


def test_a_category_without_visible_products_is_not_offered(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 100, 1))
    shelve("Draft", ("D", "One", 100, 1), category="Ground", published=None)
    shelve("Priceless", ("P", "One", None, 1), category="Sky")
    found = listing.categories(currency="EUR", now=NOW)
    assert [category.slug for category in found] == ["kits"]


def test_offers_keep_the_shops_order(sparrow: int) -> None:
    product = Product.objects.get(pk=sparrow)
    offers = listing.offers(product, currency="EUR", now=NOW)
    assert [(offer.sku, offer.amount, offer.availability) for offer in offers] == [
        ("SP-RED", 1950, "In stock"),
        ("SP-BLUE", 2150, "Only 3 left"),
        ("SP-RAW", 1650, "Sold out"),
    ]
    assert listing.offers(product, currency="USD", now=NOW) == []


@pytest.mark.parametrize(
    ("stock", "said"),
    [(0, "Sold out"), (1, "Only 1 left"), (5, "Only 5 left"), (6, "In stock"), (900, "In stock")],
)
def test_availability(stock: int, said: str) -> None:
    assert listing.availability(stock) == said
