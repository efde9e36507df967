"""The product page, and adding to the cart."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rocket.cart.models import Cart, Line
from rocket.catalog.models import Image, Product
from tests.product_factory import MakeProduct

PATH = "/products/sparrow/"


def quantities() -> dict[str, int]:
    return {line.variant.sku: line.quantity for line in Line.objects.select_related("variant")}


def test_the_page_shows_offers_and_related_products(
    sparrow: int, make_product: MakeProduct, client: Client
) -> None:
    make_product("Pelican", ("P", "One", 3600, 3))
    make_product("Parasol", ("R", "One", 690, 3), category="Ground")
    Product.objects.filter(pk=sparrow).update(description="First.\n\nSecond <b>.")
    response = client.get(PATH)
    page = response.content.decode()
    assert "<title>Sparrow · Rocket</title>" in page
    for text in ("€19.50", "Only 3 left", "Sold out", "<p>First.</p>", "Second &lt;b&gt;."):
        assert text in page
    assert "Gold" not in page
    assert [product.name for product in response.context["related"]] == ["Pelican"]
    assert 'value="SP-RED" checked' in page
    assert 'value="SP-RAW" disabled' in page


def test_tags_link_to_the_filtered_list(make_product: MakeProduct, client: Client) -> None:
    make_product("Sparrow", ("S", "One", 100, 1), tags=("Gift",))
    assert 'href="/?tag=gift"' in client.get(PATH).content.decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"published_at": None}, 404),
        ({"published_at": timezone.now() + timedelta(hours=1)}, 404),
        ({"slug": "elsewhere"}, 404),
    ],
)
def test_only_published_products_have_a_page(
    sparrow: int, client: Client, changes: dict[str, object], status: int
) -> None:
    Product.objects.filter(pk=sparrow).update(**changes)
    assert client.get(PATH).status_code == status
    assert client.post(PATH, {"sku": "SP-RED", "quantity": 1}).status_code == (
        303 if status == 200 else 404
    )


def test_a_product_without_prices_has_no_page(make_product: MakeProduct, client: Client) -> None:
    make_product("Sparrow", ("S", "One", None, 1))
    assert client.get(PATH).status_code == 404


def test_a_sold_out_product_cannot_be_added(make_product: MakeProduct, client: Client) -> None:
    make_product("Sparrow", ("S", "One", 100, 0))
    page = client.get(PATH).content.decode()
    assert "Sold out for now." in page
    assert "Add to cart" not in page


def test_a_product_without_an_image(sparrow: int, client: Client) -> None:
    Image.objects.all().delete()
    assert "card-blank" in client.get(PATH).content.decode()
    assert "card-blank" in client.get("/").content.decode()


def test_adding_to_the_cart(sparrow: int, client: Client) -> None:
    response = client.post(PATH, {"sku": "SP-BLUE", "quantity": 2})
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    page = client.get("/cart/").content.decode()
    assert "Added to your cart: Sparrow, Blue (2)." in page
    assert '<span class="count">2</span>' in page
    assert "Added" not in client.get("/cart/").content.decode()
    client.post(PATH, {"sku": "SP-BLUE", "quantity": 1})
    assert quantities() == {"SP-BLUE": 3}
    assert Cart.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({}, ["Please choose a version.", "How many?"]),
        ({"sku": "SP-RED"}, ["How many?"]),
        ({"sku": "SP-RED", "quantity": ""}, ["How many?"]),
        ({"sku": "SP-RED", "quantity": "0"}, ["At least one."]),
        ({"sku": "SP-RED", "quantity": "-1"}, ["At least one."]),
        ({"sku": "SP-RED", "quantity": "1.5"}, ["A whole number, please."]),
        ({"sku": "SP-RED", "quantity": "two"}, ["A whole number, please."]),
        ({"sku": "SP-RED", "quantity": "9" * 400}, ["At most 20 of a kind in one cart."]),
        ({"sku": "SP-RED", "quantity": "21"}, ["At most 20 of a kind in one cart."]),
        ({"sku": "SP-BLUE", "quantity": "4"}, ["Only 3 left."]),
        ({"sku": "SP-RAW", "quantity": "1"}, ["This one is sold out."]),
        ({"sku": "SP-GOLD", "quantity": "1"}, ["Please choose one of these versions."]),
        ({"sku": "PELICAN", "quantity": "1"}, ["Please choose one of these versions."]),
        ({"sku": "sp-red", "quantity": "1"}, ["Capital letters and digits"]),
        ({"sku": "SP\0RED", "quantity": "1"}, ["Null characters are not allowed."]),
        ({"sku": "S" * 33, "quantity": "1"}, ["at most 32 characters"]),
    ],
)
def test_bad_input(
    sparrow: int,
    make_product: MakeProduct,
    client: Client,
    fields: dict[str, str],
    messages: list[str],
) -> None:
    make_product("Pelican", ("PELICAN", "One", 3600, 3))
    response = client.post(PATH, fields)
    page = response.content.decode()
    assert response.status_code == 422
    for text in messages:
        assert text in page
    assert "-error" in page
    assert Cart.objects.count() == 0


def test_bad_input_stays_in_the_form(sparrow: int, client: Client) -> None:
    page = client.post(PATH, {"sku": "SP-BLUE", "quantity": "4"}).content.decode()
    assert 'value="SP-BLUE" checked' in page
    assert 'name="quantity" value="4"' in page


def test_other_methods_are_not_allowed(sparrow: int, client: Client) -> None:
    assert client.put(PATH).status_code == 405
