"""A product's page, and putting it into the cart."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rocket.cart.models import Cart, Line
from rocket.catalog.models import Image, Product
from tests.shelves import Shelve

PATH = "/products/sparrow/"


def quantities() -> dict[str, int]:
    return {line.variant.sku: line.quantity for line in Line.objects.select_related("variant")}


def test_what_a_visitor_reads(sparrow: int, shelve: Shelve, client: Client) -> None:
    shelve("Pelican", ("P", "One", 3600, 3))
    shelve("Parasol", ("R", "One", 690, 3), category="Ground")
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


def test_tags_lead_to_the_shop(shelve: Shelve, client: Client) -> None:
    shelve("Sparrow", ("S", "One", 100, 1), tags=("Gift",))
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
def test_who_is_to_be_seen(
    sparrow: int, client: Client, changes: dict[str, object], status: int
) -> None:
    Product.objects.filter(pk=sparrow).update(**changes)
    assert client.get(PATH).status_code == status
    assert client.post(PATH, {"sku": "SP-RED", "quantity": 1}).status_code == (
        303 if status == 200 else 404
    )


def test_a_product_without_prices_has_no_page(shelve: Shelve, client: Client) -> None:
    shelve("Sparrow", ("S", "One", None, 1))
    assert client.get(PATH).status_code == 404


def test_sold_out(shelve: Shelve, client: Client) -> None:
    shelve("Sparrow", ("S", "One", 100, 0))
    page = client.get(PATH).content.decode()
    assert "Sold out for now." in page
    assert "Add to cart" not in page


def test_a_product_without_a_picture(sparrow: int, client: Client) -> None:
    Image.objects.all().delete()
    assert "card-blank" in client.get(PATH).content.decode()
    assert "card-blank" in client.get("/").content.decode()


def test_into_the_cart(sparrow: int, client: Client) -> None:
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
    ("sent", "said"),
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
    sparrow: int, shelve: Shelve, client: Client, sent: dict[str, str], said: list[str]
) -> None:
    shelve("Pelican", ("PELICAN", "One", 3600, 3))
    response = client.post(PATH, sent)
    page = response.content.decode()
    assert response.status_code == 422
    for text in said:
        assert text in page
    assert "-error" in page
    assert Cart.objects.count() == 0


def test_bad_input_leaves_what_was_typed(sparrow: int, client: Client) -> None:
    page = client.post(PATH, {"sku": "SP-BLUE", "quantity": "4"}).content.decode()
    assert 'value="SP-BLUE" checked' in page
    assert 'name="quantity" value="4"' in page


def test_other_methods(sparrow: int, client: Client) -> None:
    assert client.put(PATH).status_code == 405
