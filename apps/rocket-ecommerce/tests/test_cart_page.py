"""The cart page: changing and removing lines, and its error messages."""

import pytest
from django.test import Client

from rocket.cart.models import Line
from rocket.catalog.models import Image, Price, Variant
from tests.product_factory import MakeProduct


def quantities() -> dict[str, int]:
    return {line.variant.sku: line.quantity for line in Line.objects.select_related("variant")}


def test_an_empty_cart(db: None, client: Client) -> None:
    page = client.get("/cart/").content.decode()
    assert "Nothing in here yet." in page
    assert '<span class="count">0</span>' in page


def test_the_page_shows_prices_and_is_not_cached(buyer: Client) -> None:
    response = buyer.get("/cart/")
    page = response.content.decode()
    for text in ("3 things", "€19.50 each", "€39.00", "€60.50"):
        assert text in page
    assert "no-store" in response["Cache-Control"]


def test_changing_a_quantity(buyer: Client) -> None:
    response = buyer.post("/cart/", {"sku": "SP-RED", "quantity": "5"})
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    assert quantities() == {"SP-RED": 5, "SP-BLUE": 1}
    assert "Your cart is up to date." in buyer.get("/cart/").content.decode()


@pytest.mark.parametrize("quantity", ["", "2", "nonsense"])
def test_removing_a_line_ignores_the_quantity(buyer: Client, quantity: str) -> None:
    fields = {"sku": "SP-RED", "quantity": quantity, "remove": "yes"}
    for _ in range(2):
        response = buyer.post("/cart/", fields)
        assert (response.status_code, response["Location"]) == (303, "/cart/")
    assert quantities() == {"SP-BLUE": 1}


@pytest.mark.parametrize(
    ("fields", "message"),
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
def test_bad_input(buyer: Client, fields: dict[str, str], message: str) -> None:
    response = buyer.post("/cart/", fields)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert quantities() == {"SP-RED": 2, "SP-BLUE": 1}


def test_an_error_message_belongs_to_its_line(buyer: Client) -> None:
    page = buyer.post("/cart/", {"sku": "SP-BLUE", "quantity": "4"}).content.decode()
    assert 'id="error-SP-BLUE"' in page
    assert 'aria-describedby="error-SP-BLUE"' in page
    assert 'id="error-SP-RED"' not in page
    assert 'name="quantity" value="4"' in page
    assert 'name="quantity" value="2"' in page


def test_later_changes_of_stock_and_price_are_shown(buyer: Client) -> None:
    Variant.objects.filter(sku="SP-RED").update(stock=1)
    Price.objects.filter(variant__sku="SP-BLUE").delete()
    page = buyer.get("/cart/").content.decode()
    assert "Only 1 left." in page
    assert "no longer for sale" in page
    assert "€39.00" in page


def test_a_line_whose_product_has_no_image(buyer: Client) -> None:
    Image.objects.all().delete()
    assert "card-blank" in buyer.get("/cart/").content.decode()


def test_a_forged_session_cookie_gives_an_empty_cart(buyer: Client) -> None:
    from django.conf import settings  # noqa: PLC0415

    buyer.cookies[settings.SESSION_COOKIE_NAME] = "forged:value:signature"
    assert "Nothing in here yet." in buyer.get("/cart/").content.decode()


def test_visitors_have_separate_carts(buyer: Client, make_product: MakeProduct) -> None:
    other = Client()
    assert "Nothing in here yet." in other.get("/cart/").content.decode()
    other.post("/cart/", {"sku": "SP-RED", "remove": "yes"})
    assert quantities() == {"SP-RED": 2, "SP-BLUE": 1}
