"""Prices in several currencies."""

import pytest
from django.test import Client

from rocket.catalog.models import Price, Variant
from rocket.orders.models import Order
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from tests.browser import PREFIX, Browser


@pytest.fixture
def yen(sparrow: int) -> None:
    """The red one has a price in yen as well."""
    Price.objects.create(variant=Variant.objects.get(sku="SP-RED"), currency="JPY", amount=3200)


def test_a_visitor_chooses(yen: None, client: Client) -> None:
    assert "€19.50" in client.get("/products/sparrow/").content.decode()
    chosen = client.post("/currency/", {"currency": "JPY", "next": "/products/sparrow/"})
    assert (chosen.status_code, chosen["Location"]) == (303, "/products/sparrow/")
    page = client.get("/products/sparrow/").content.decode()
    assert "Prices are in Japanese yen now." in page
    assert "¥3,200" in page
    assert "€" not in page
    assert "SP-BLUE" not in page
    assert "¥3,200" in client.get("/").content.decode()


def test_what_is_not_sold_in_it_says_so(sparrow: int, client: Client) -> None:
    client.post("/currency/", {"currency": "JPY"})
    page = client.get("/products/sparrow/")
    assert page.status_code == 200
    assert "This is not sold in JPY." in page.content.decode()
    assert client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1}).status_code == 422


def test_the_cart_follows(yen: None, client: Client) -> None:
    for sku in ("SP-RED", "SP-BLUE"):
        client.post("/products/sparrow/", {"sku": sku, "quantity": 2})
    client.post("/currency/", {"currency": "JPY"})
    page = client.get("/cart/").content.decode()
    assert "¥6,400" in page
    assert "no longer for sale" in page


def test_an_order_is_paid_in_it(
    yen: None, client: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    client.post("/currency/", {"currency": "JPY"})
    client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 2})
    client.post("/checkout/", {"total": 6400})
    order = Order.objects.get()
    assert (order.currency, order.total) == ("JPY", 6400)
    sent = stripe_fake.sent("/v1/checkout/sessions")[0]
    assert sent["line_items[0][price_data][currency]"] == "jpy"
    # It stays in yen, whatever its buyer looks at now.
    client.post("/currency/", {"currency": "USD"})
    assert "¥6,400" in client.get(order.get_absolute_url()).content.decode()


@pytest.mark.parametrize("sent", [{}, {"currency": ""}, {"currency": "XXX"}, {"currency": "\0"}])
def test_bad_input(db: None, client: Client, sent: dict[str, str]) -> None:
    response = client.post("/currency/", sent)
    assert response.status_code == 422
    assert "Please choose one of these currencies." in response.content.decode()


@pytest.mark.parametrize(
    "after",
    ["", "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_nobody_is_led_away(db: None, prefix: str, after: str) -> None:
    browser = Browser(prefix=prefix)
    chosen = browser.post("/currency/", {"currency": "USD", "next": after})
    assert (chosen.status, chosen.headers["Location"]) == (303, f"{prefix}/")


@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_back_to_where_one_came_from(sparrow: int, prefix: str) -> None:
    came_from = f"{prefix}/products/sparrow/?a=b"
    browser = Browser(prefix=prefix, headers={"Referer": f"http://shop.test:9004{came_from}"})
    assert f'name="next" value="{came_from}"' in browser.get("/currency/").text
    chosen = browser.post("/currency/", {"currency": "USD", "next": came_from})
    assert chosen.headers["Location"] == came_from


def test_a_session_with_a_currency_of_the_past(sparrow: int, client: Client) -> None:
    session = client.session
    session["currency"] = "DEM"
    session.save()
    assert "€19.50" in client.get("/products/sparrow/").content.decode()
