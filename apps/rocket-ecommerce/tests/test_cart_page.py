"""The cart's page: change, remove, and what it says when something is wrong."""

import pytest
from django.test import Client

from rocket.cart.models import Line
from rocket.catalog.models import Image, Price, Variant
from tests.shelves import Shelve


@pytest.fixture
def filled(sparrow: int, client: Client) -> Client:
    """A visitor with two red and one blue."""
    for sku, quantity in (("SP-RED", 2), ("SP-BLUE", 1)):
        client.post("/products/sparrow/", {"sku": sku, "quantity": quantity})
    client.get("/cart/")
    return client


def quantities() -> dict[str, int]:
    return {line.variant.sku: line.quantity for line in Line.objects.select_related("variant")}


def test_an_empty_cart(db: None, client: Client) -> None:
    page = client.get("/cart/").content.decode()
    assert "Nothing in here yet." in page
    assert '<span class="count">0</span>' in page


def test_what_a_visitor_reads(filled: Client) -> None:
    response = filled.get("/cart/")
    page = response.content.decode()
    for text in ("3 things", "€19.50 each", "€39.00", "€60.50"):
        assert text in page
    assert "no-store" in response["Cache-Control"]


def test_change(filled: Client) -> None:
    response = filled.post("/cart/", {"sku": "SP-RED", "quantity": "5"})
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    assert quantities() == {"SP-RED": 5, "SP-BLUE": 1}
    assert "Your cart is up to date." in filled.get("/cart/").content.decode()


@pytest.mark.parametrize("quantity", ["", "2", "nonsense"])
def test_remove_whatever_the_quantity_says(filled: Client, quantity: str) -> None:
    sent = {"sku": "SP-RED", "quantity": quantity, "remove": "yes"}
    for _ in range(2):
        response = filled.post("/cart/", sent)
        assert (response.status_code, response["Location"]) == (303, "/cart/")
    assert quantities() == {"SP-BLUE": 1}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Please choose a version."),
        ({"remove": "yes"}, "Please choose a version."),
        ({"remove": "yes", "sku": "a\0b"}, "Null characters are not allowed."),
        ({"sku": "SP-RED"}, "How many?"),
        ({"sku": "SP-RED", "quantity": "0"}, "At least one."),
        ({"sku": "SP-RED", "quantity": "21"}, "At most 20 of a kind in one cart."),
        ({"sku": "SP-BLUE", "quantity": "4"}, "Only 3 left."),
        ({"sku": "SP-RAW", "quantity": "1"}, "This one is sold out."),
        ({"sku": "NONE", "quantity": "1"}, "This one is not for sale."),
    ],
)
def test_bad_input(filled: Client, sent: dict[str, str], said: str) -> None:
    response = filled.post("/cart/", sent)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert quantities() == {"SP-RED": 2, "SP-BLUE": 1}


def test_the_message_stands_beside_its_line(filled: Client) -> None:
    page = filled.post("/cart/", {"sku": "SP-BLUE", "quantity": "4"}).content.decode()
    assert 'id="error-SP-BLUE"' in page
    assert 'aria-describedby="error-SP-BLUE"' in page
    assert 'id="error-SP-RED"' not in page
    assert 'name="quantity" value="4"' in page
    assert 'name="quantity" value="2"' in page


def test_what_changed_meanwhile_is_said(filled: Client) -> None:
    Variant.objects.filter(sku="SP-RED").update(stock=1)
    Price.objects.filter(variant__sku="SP-BLUE").delete()
    page = filled.get("/cart/").content.decode()
    assert "Only 1 left." in page
    assert "no longer for sale" in page
    assert "€39.00" in page


def test_a_line_without_a_picture(filled: Client) -> None:
    Image.objects.all().delete()
    assert "card-blank" in filled.get("/cart/").content.decode()


def test_a_cookie_of_somebody_elses_making_is_no_cart(filled: Client) -> None:
    from django.conf import settings  # noqa: PLC0415

    filled.cookies[settings.SESSION_COOKIE_NAME] = "forged:value:signature"
    assert "Nothing in here yet." in filled.get("/cart/").content.decode()


def test_two_visitors(filled: Client, shelve: Shelve) -> None:
    other = Client()
    assert "Nothing in here yet." in other.get("/cart/").content.decode()
    other.post("/cart/", {"sku": "SP-RED", "remove": "yes"})
    assert quantities() == {"SP-RED": 2, "SP-BLUE": 1}
