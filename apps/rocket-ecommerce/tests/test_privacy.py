"""Pages of one visitor are not stored by caches, and no session begins without need."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, get_resolver

from rocket.cart.models import Cart
from rocket.payments.gateway import Gateway
from rocket.storefront.middleware import KEY
from tests.purchases import buy, check_out

PATHS = ("/", "/products/sparrow/", "/categories/kits/", "/cart/", "/orders/", "/currency/")


def test_the_routes_with_a_key() -> None:
    routes = {
        pattern.name
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLPattern) and KEY in pattern.pattern.converters
    }
    assert routes == {"order"}


def test_a_page_with_a_key_is_private(sparrow: int, client: Client, gateway: Gateway) -> None:
    order = buy(("SP-RED", 1))
    for response in (
        client.get(order.get_absolute_url()),
        client.get(f"{order.get_absolute_url()}?from=stripe"),
        client.get("/orders/unknown/"),
        client.post(order.get_absolute_url(), {"cancel": "yes"}),
        client.delete(order.get_absolute_url()),
    ):
        assert response["Cache-Control"] == "no-store, private"
        assert response["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize("path", [*PATHS, "/nowhere/"])
def test_pages_of_a_session_are_private(
    buyer: Client, admin_client: Client, gateway: Gateway, path: str
) -> None:
    for visitor in (buyer, admin_client):
        assert visitor.get(path)["Cache-Control"] == "no-store, private"
    assert check_out(buyer)["Cache-Control"] == "no-store, private"


def test_the_response_that_begins_a_session_is_private(sparrow: int, client: Client) -> None:
    response = client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    assert response.cookies
    assert response["Cache-Control"] == "no-store, private"


def test_the_product_list_of_a_new_visitor_can_be_stored(sparrow: int, client: Client) -> None:
    response = client.get("/")
    assert "Cache-Control" not in response
    assert "Referrer-Policy" not in response


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/cart/", {}),
        ("/cart/", {"sku": "SP-RED", "remove": "yes"}),
        ("/cart/", {"sku": "SP-RED", "quantity": "1"}),
        ("/cart/code/", {"code": "NOPE"}),
        ("/cart/code/", {"remove": "yes"}),
        ("/checkout/", {"total": "0"}),
        ("/checkout/", {"total": "1"}),
        ("/currency/", {"currency": "XXX"}),
        ("/currency/", {"currency": "EUR"}),
        ("/products/sparrow/", {}),
        ("/products/sparrow/", {"sku": "SP-RED", "quantity": "31"}),
        ("/products/sparrow/", {"sku": "SP-RAW", "quantity": "1"}),
        ("/orders/none/", {"pay": "yes"}),
        ("/admin/login/", {"username": "nobody", "password": "nothing"}),
    ],
)
def test_a_post_that_puts_nothing_in_begins_no_session(
    sparrow: int, client: Client, gateway: Gateway, path: str, fields: dict[str, str]
) -> None:
    client.post(path, fields)
    assert (Session.objects.count(), Cart.objects.count()) == (0, 0)


def test_reading_begins_no_session(sparrow: int, client: Client, gateway: Gateway) -> None:
    for path in PATHS:
        client.get(path)
    assert Session.objects.count() == 0
