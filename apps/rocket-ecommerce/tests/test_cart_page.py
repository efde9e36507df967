"""The cart page: changing and removing lines, and its error messages."""

import pytest
from django.test import Client

from rocket.cart.models import Line
from rocket.cart.rules import PricedCart
from rocket.catalog.models import Image, Price, Variant
from rocket.problems import Problem
from rocket.storefront.problem_texts import problem_text
from tests.product_factory import MakeProduct
from tests.responses import error_codes, message_levels


def quantities() -> dict[str, int]:
    return {line.variant.sku: line.quantity for line in Line.objects.select_related("variant")}


def test_a_new_visitor_has_an_empty_cart(db: None, client: Client) -> None:
    response = client.get("/cart/")
    assert response.context["cart"] == PricedCart()
    page = response.content.decode()
    assert '<span class="count">0</span>' in page


def test_the_page_shows_prices_and_is_not_cached(buyer: Client) -> None:
    response = buyer.get("/cart/")
    page = response.content.decode()
    for text in ("3 items", "€19.50 each", "€39.00", "€60.50"):
        assert text in page
    assert "no-store" in response["Cache-Control"]


def test_changing_a_quantity(buyer: Client) -> None:
    response = buyer.post("/cart/", {"sku": "SP-RED", "quantity": "5"})
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    assert quantities() == {"SP-RED": 5, "SP-BLUE": 1}
    assert message_levels(buyer.get("/cart/")) == ["success"]


@pytest.mark.parametrize("quantity", ["", "2", "nonsense"])
def test_removing_a_line_ignores_the_quantity(buyer: Client, quantity: str) -> None:
    fields = {"sku": "SP-RED", "quantity": quantity, "remove": "yes"}
    for _ in range(2):
        response = buyer.post("/cart/", fields)
        assert (response.status_code, response["Location"]) == (303, "/cart/")
    assert quantities() == {"SP-BLUE": 1}


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, {"sku": ["required"]}),
        ({"remove": "yes"}, {"sku": ["required"]}),
        (
            {"remove": "yes", "sku": "a\0b"},
            {"sku": ["invalid", "null_characters_not_allowed"]},
        ),
        ({"sku": "SP-RED"}, {"quantity": ["required"]}),
        ({"sku": "SP-RED", "quantity": "0"}, {"quantity": ["min_value"]}),
        ({"sku": "SP-RED", "quantity": "21"}, {"quantity": ["max_value"]}),
        ({"sku": "SP-BLUE", "quantity": "4"}, {"quantity": ["insufficient-stock"]}),
        ({"sku": "SP-RAW", "quantity": "1"}, {"quantity": ["sold-out"]}),
        ({"sku": "NONE", "quantity": "1"}, {"quantity": ["not-for-sale"]}),
    ],
)
def test_bad_input_is_refused_with_an_error(
    buyer: Client, fields: dict[str, str], codes: dict[str, list[str]]
) -> None:
    response = buyer.post("/cart/", fields)
    assert response.status_code == 422
    assert error_codes(response, "line_form") == codes
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
    response = buyer.get("/cart/")
    page = response.content.decode()
    problems = [line.problem for line in response.context["cart"].lines]
    too_few, no_price = Problem("insufficient-stock", {"stock": 1}), Problem("no-longer-for-sale")
    assert problems == [too_few, no_price]
    for expected in (problem_text(too_few), problem_text(no_price), "€39.00"):
        assert expected in page


def test_a_product_without_an_image_has_a_placeholder(buyer: Client) -> None:
    Image.objects.all().delete()
    assert "card-blank" in buyer.get("/cart/").content.decode()


def test_a_forged_session_cookie_gives_an_empty_cart(buyer: Client) -> None:
    from django.conf import settings  # noqa: PLC0415

    buyer.cookies[settings.SESSION_COOKIE_NAME] = "forged:value:signature"
    assert buyer.get("/cart/").context["cart"] == PricedCart()


def test_visitors_have_separate_carts(buyer: Client, make_product: MakeProduct) -> None:
    other = Client()
    assert other.get("/cart/").context["cart"] == PricedCart()
    other.post("/cart/", {"sku": "SP-RED", "remove": "yes"})
    assert quantities() == {"SP-RED": 2, "SP-BLUE": 1}
