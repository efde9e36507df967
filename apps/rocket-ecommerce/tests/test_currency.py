"""Choosing a currency, and prices in it."""

import pytest
from django.test import Client

from rocket.catalog.models import Price, Variant
from rocket.orders.models import Order
from rocket.payments.gateway import Gateway
from rocket.problems import Problem
from stripe_fake.server import StripeFake
from tests.responses import error_codes, message_levels
from tests.wsgi_client import PREFIX, WsgiClient


@pytest.fixture
def yen(sparrow: int) -> None:
    """Gives SP-RED a price in yen as well."""
    Price.objects.create(variant=Variant.objects.get(sku="SP-RED"), currency="JPY", amount=3200)


def test_pages_show_the_chosen_currency(yen: None, client: Client) -> None:
    assert "€19.50" in client.get("/products/sparrow/").content.decode()
    chosen = client.post("/currency/", {"currency": "JPY", "next": "/products/sparrow/"})
    assert (chosen.status_code, chosen["Location"]) == (303, "/products/sparrow/")
    response = client.get("/products/sparrow/")
    page = response.content.decode()
    assert (message_levels(response), "Japanese yen" in page) == (["success"], True)
    assert "¥3,200" in page
    assert "€" not in page
    assert "SP-BLUE" not in page
    assert "¥3,200" in client.get("/").content.decode()


def test_a_product_without_a_price_in_the_currency_cannot_be_bought(
    sparrow: int, client: Client
) -> None:
    client.post("/currency/", {"currency": "JPY"})
    page = client.get("/products/sparrow/")
    assert (page.status_code, page.context["offers"]) == (200, [])
    assert "JPY" in page.content.decode()
    assert 'name="quantity"' not in page.content.decode()
    assert client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1}).status_code == 422


def test_the_cart_uses_the_chosen_currency(yen: None, client: Client) -> None:
    for sku in ("SP-RED", "SP-BLUE"):
        client.post("/products/sparrow/", {"sku": sku, "quantity": 2})
    client.post("/currency/", {"currency": "JPY"})
    page = client.get("/cart/")
    assert "¥6,400" in page.content.decode()
    no_price = Problem("no-longer-for-sale")
    assert [line.problem for line in page.context["cart"].lines] == [None, no_price]


def test_an_order_keeps_its_currency(
    yen: None, client: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    client.post("/currency/", {"currency": "JPY"})
    client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 2})
    client.post("/checkout/", {"total": 6400})
    order = Order.objects.get()
    assert (order.currency, order.total) == ("JPY", 6400)
    sent = stripe_fake.sent("/v1/checkout/sessions")[0]
    assert sent["line_items[0][price_data][currency]"] == "jpy"
    # Choosing another currency later does not change the order.
    client.post("/currency/", {"currency": "USD"})
    assert "¥6,400" in client.get(order.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "required"),
        ({"currency": ""}, "required"),
        ({"currency": "XXX"}, "invalid_choice"),
        ({"currency": "\0"}, "invalid_choice"),
    ],
)
def test_bad_input_is_refused_with_an_error(
    db: None, client: Client, fields: dict[str, str], code: str
) -> None:
    response = client.post("/currency/", fields)
    assert response.status_code == 422
    assert error_codes(response) == {"currency": [code]}


@pytest.mark.parametrize(
    "next_path",
    ["", "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_no_redirect_leaves_the_shop(db: None, prefix: str, next_path: str) -> None:
    visitor = WsgiClient(prefix=prefix)
    chosen = visitor.post("/currency/", {"currency": "USD", "next": next_path})
    assert (chosen.status, chosen.headers["Location"]) == (303, f"{prefix}/")


@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_the_redirect_returns_to_the_referring_page(sparrow: int, prefix: str) -> None:
    referrer = f"{prefix}/products/sparrow/?a=b"
    visitor = WsgiClient(prefix=prefix, headers={"Referer": f"http://shop.test:9004{referrer}"})
    assert f'name="next" value="{referrer}"' in visitor.get("/currency/").text
    chosen = visitor.post("/currency/", {"currency": "USD", "next": referrer})
    assert chosen.headers["Location"] == referrer


def test_an_unknown_currency_in_the_session_is_ignored(sparrow: int, client: Client) -> None:
    session = client.session
    session["currency"] = "DEM"
    session.save()
    assert "€19.50" in client.get("/products/sparrow/").content.decode()
