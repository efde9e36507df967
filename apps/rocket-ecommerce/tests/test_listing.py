"""The products that visitors see, and their order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rocket.catalog import listing
from rocket.catalog.models import Category, Product, Tag
from rocket.storefront.templatetags.shop_filters import availability
from tests.product_factory import MakeProduct

NOW = timezone.now()


def names(filters: listing.Filters = listing.Filters()) -> list[str]:  # noqa: B008  # frozen
    found = listing.products(filters, currency="EUR", now=NOW)
    return [product.name for product in found]


def test_only_published_products_with_a_price_are_listed(make_product: MakeProduct) -> None:
    make_product("Old", ("OLD", "One", 100, 1), published=NOW - timedelta(days=9))
    make_product("New", ("NEW", "One", 100, 0), published=NOW - timedelta(days=1))
    make_product("Draft", ("DRAFT", "One", 100, 1), published=None)
    make_product("Tomorrow", ("TOM", "One", 100, 1), published=NOW + timedelta(days=1))
    make_product("Priceless", ("FREE", "One", None, 1))
    make_product("Hollow")
    assert names() == ["New", "Old"]


@pytest.mark.sqlite
def test_prices_and_stock_of_a_product(make_product: MakeProduct) -> None:
    make_product(
        "Sparrow",
        ("A", "A", 1950, 2),
        ("B", "B", 1650, 3),
        ("C", "C", None, 100),
        tags=("Gift", "Wood"),
        text="gift of wood",
    )
    (found,) = listing.products(listing.Filters("gift"), currency="EUR", now=NOW)
    assert [getattr(found, name) for name in ("lowest", "highest", "stock")] == [1650, 1950, 5]


@pytest.mark.sqlite
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
def test_every_word_of_a_search_must_occur(
    make_product: MakeProduct, text: str, found: list[str]
) -> None:
    make_product("Sparrow", ("S", "One", 100, 1), tags=("Gift", "Wood"), text="Three fins.")
    make_product("Pelican", ("P", "One", 100, 1), category="Ground crew", text="Balsa wings.")
    assert sorted(names(listing.Filters(text))) == found


def test_category_and_tag_can_be_combined(make_product: MakeProduct) -> None:
    make_product("Sparrow", ("S", "One", 100, 1), tags=("Gift",))
    make_product("Meridian", ("M", "One", 100, 1))
    make_product("Parasol", ("P", "One", 100, 1), category="Ground", tags=("Gift",))
    kits, gift = Category.objects.get(slug="kits"), Tag.objects.get(slug="gift")
    assert sorted(names(listing.Filters(category=kits))) == ["Meridian", "Sparrow"]
    assert sorted(names(listing.Filters(tag=gift))) == ["Parasol", "Sparrow"]
    assert names(listing.Filters(category=kits, tag=gift)) == ["Sparrow"]
    assert names(listing.Filters("one-no", category=kits)) == []


def test_a_category_without_visible_products_is_not_listed(make_product: MakeProduct) -> None:
    make_product("Sparrow", ("S", "One", 100, 1))
    make_product("Draft", ("D", "One", 100, 1), category="Ground", published=None)
    make_product("Priceless", ("P", "One", None, 1), category="Sky")
    found = listing.categories(currency="EUR", now=NOW)
    assert [category.slug for category in found] == ["kits"]


def test_offers_are_sorted_by_position(sparrow: int) -> None:
    product = Product.objects.get(pk=sparrow)
    offers = listing.offers(product, currency="EUR", now=NOW)
    assert [(offer.sku, offer.amount, offer.stock) for offer in offers] == [
        ("SP-RED", 1950, 30),
        ("SP-BLUE", 2150, 3),
        ("SP-RAW", 1650, 0),
    ]
    assert listing.offers(product, currency="USD", now=NOW) == []


@pytest.mark.parametrize(
    ("stock", "level"),
    [(0, "sold-out"), (1, "low"), (5, "low"), (6, "in-stock"), (900, "in-stock")],
)
def test_stock_levels(stock: int, level: str) -> None:
    assert listing.stock_level(stock) == level
    assert (str(stock) in availability(stock)) == (level == "low")
