"""Random requests get an expected response, and never store invalid data."""

import re
import string
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rocket.cart.models import MAX_LINE_QUANTITY, Line
from rocket.cart.rules import PricedCart
from rocket.catalog.models import Variant
from rocket.discounts.models import Discount
from rocket.orders.models import Order
from rocket.payments.gateway import Gateway
from tests.wsgi_client import PREFIX, WsgiClient

ANYTHING = (
    st.text(max_size=60) | st.integers().map(str) | st.sampled_from(["", "\0", "\ud7ff", "🚀"])
)
SKU = st.sampled_from(["SP-RED", "SP-BLUE", "SP-RAW", "SP-GOLD", "NONE"]) | ANYTHING
QUANTITY = st.integers(-2, 25).map(str) | ANYTHING

FORMS: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "/products/sparrow/": {"sku": SKU, "quantity": QUANTITY},
    "/cart/": {"sku": SKU, "quantity": QUANTITY, "remove": st.just("yes")},
    "/cart/code/": {"code": st.just("ten") | ANYTHING, "remove": st.just("yes")},
    "/checkout/": {"total": st.integers(0, 50_000).map(str) | ANYTHING},
    "/currency/": {"currency": st.sampled_from(["EUR", "JPY"]) | ANYTHING, "next": ANYTHING},
}
QUERIES: dict[str, tuple[str, ...]] = {
    "/": ("q", "tag", "page", "sort", "stock"),
    "/categories/kits/": ("q", "tag", "page", "sort", "stock"),
    "/orders/": ("page",),
    "/sales/": ("days", "currency"),
    "/admin/orders/order/": ("q", "state__exact", "p", "o"),
}


@st.composite
def requests(draw: Callable[[Any], Any]) -> tuple[str, dict[str, str]]:
    path = draw(st.sampled_from(list(FORMS)))
    return path, draw(st.fixed_dictionaries({}, optional=FORMS[path]))


@settings(max_examples=40)
@example(visit=[("/currency/", {"currency": "JPY"}), ("/products/sparrow/", {})])
@given(visit=st.lists(requests(), min_size=1, max_size=6))
def test_random_posts(
    sparrow: int, gateway: Gateway, visit: list[tuple[str, dict[str, str]]]
) -> None:
    client = Client()
    with transaction.atomic():
        Discount.objects.create(code="TEN", kind="percentage", value=10, limit=1)
        initial_stock = sum(Variant.objects.values_list("stock", flat=True))
        for path, form in visit:
            response = client.post(path, form)
            assert response.status_code in (302, 303, 422), (path, form)
            assert "Traceback" not in response.content.decode()
        for line in Line.objects.select_related("variant"):
            assert 1 <= line.quantity <= MAX_LINE_QUANTITY
            line.variant.full_clean()
        ordered = sum(line.quantity for order in Order.objects.all() for line in order.lines.all())
        assert sum(Variant.objects.values_list("stock", flat=True)) == initial_stock - ordered
        assert Discount.objects.get().used <= 1
        transaction.set_rollback(True)


@settings(max_examples=60)
@given(data=st.data())
def test_random_queries(sparrow: int, admin_client: Client, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(QUERIES)))
    query = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(QUERIES[path], ANYTHING)))
    response = admin_client.get(path, query)
    assert response.status_code in (200, 302, 400, 404), (path, query)


def test_nul_in_an_admin_filter_is_a_bad_request(admin_client: Client, db: None) -> None:
    assert admin_client.get("/admin/orders/order/?state__exact=%00").status_code == 400


@settings(max_examples=60)
@given(
    st.text(string.printable, max_size=80), st.sampled_from(["orders", "products", "categories"])
)
def test_random_paths(sparrow: int, text: str, kind: str) -> None:
    response = Client().get(f"/{kind}/{text}/")
    assert response.status_code in (200, 301, 302, 404)


@pytest.mark.parametrize("change", [lambda key: key[:-1], lambda _: "", lambda _: "x" * 5000])
def test_a_modified_session_cookie_is_ignored(sparrow: int, change: Any) -> None:
    client = Client()
    client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    name = django_settings.SESSION_COOKIE_NAME
    client.cookies[name] = change(client.cookies[name].value)
    page = client.get("/cart/")
    assert (page.status_code, page.context["cart"]) == (200, PricedCart())


def test_a_flushed_session_is_invalid_for_every_client(sparrow: int) -> None:
    client = Client()
    client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    other = Client()
    other.cookies = client.cookies
    client.session.flush()
    assert other.get("/cart/").context["cart"] == PricedCart()


@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_forged_headers_do_not_appear_in_responses(sparrow: int, prefix: str) -> None:
    forged = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/evil",
        "X-Request-ID": '"}\n{"',
    }
    visitor = WsgiClient(prefix=prefix, headers=forged)
    for path in ("/", "/cart/", "/orders/", "/currency/", "/nowhere/", "/admin/login/", "/sales/"):
        page = visitor.get(path)
        assert "evil" not in page.text + str(page.headers)
        assert re.fullmatch("[0-9a-f]{32}", page.headers["X-Request-ID"])
