"""From the cart to Stripe's payment page, with Stripe's SDK and the fake of Stripe."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from rocket.cart.models import Line
from rocket.discounts.models import Discount
from rocket.orders.models import Order, OrderState
from rocket.payments import checkout
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.purchases import buy, check_out, only_session, stock_of
from tests.responses import error_codes, text
from tests.stripe_events import deliver, event, session
from tests.wsgi_client import PREFIX, WsgiClient

SESSIONS = "/v1/checkout/sessions"
CONTACT_FIELDS = {
    "email": "ada@example.org",
    "recipient": "Ada",
    "address": "Square Street 12",
}


def test_a_purchase_is_paid_at_stripe(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    assert 'name="total" value="6050"' in text(buyer.get("/cart/"))
    response = check_out(buyer)
    assert response.status_code == 303
    assert response["Location"] == only_session(stripe_fake)["url"]
    order = Order.objects.get()
    (sent,) = stripe_fake.sent(SESSIONS)
    page = f"http://shop.test/rocket-ecommerce/orders/{order.key}/"
    assert sent["client_reference_id"] == order.key
    assert (sent["success_url"], sent["cancel_url"]) == (f"{page}?from=stripe", page)
    assert sent["line_items[0][price_data][unit_amount]"] == "1950"
    assert sent["line_items[0][quantity]"] == "2"
    assert sent["line_items[1][price_data][product_data][name]"] == "Sparrow, Blue"
    assert order.session_id == only_session(stripe_fake)["id"]
    assert (stock_of("SP-RED"), Line.objects.count()) == (28, 0)
    assert buyer.get(f"/orders/{order.key}/?from=stripe").context["returned"]
    deliver(event("evt_1", "checkout.session.completed", session(order.key, 6050)))
    paid = text(buyer.get(f"/orders/{order.key}/"))
    for expected in ("state-paid", "€60.50", "Payment</h3>", "2 × €19.50"):
        assert expected in paid
    assert 'name="pay"' not in paid
    listed = text(buyer.get("/orders/"))
    assert order.number in listed
    assert "2 × Sparrow" in listed


def test_the_discount_is_a_coupon_at_stripe(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    Discount.objects.create(code="TEN", kind="percentage", value=10)
    buyer.post("/cart/code/", {"code": "ten"})
    assert check_out(buyer, 5445).status_code == 303
    (coupon,) = stripe_fake.sent("/v1/coupons")
    assert (coupon["amount_off"], coupon["currency"], coupon["name"]) == ("605", "eur", "TEN")
    assert (coupon["max_redemptions"], coupon["duration"]) == ("1", "once")
    (coupon_id,) = stripe_fake.accounts[KEY].coupons
    assert stripe_fake.sent(SESSIONS)[0]["discounts[0][coupon]"] == coupon_id
    assert only_session(stripe_fake)["amount_total"] == 5445


def test_an_order_with_total_0_needs_no_stripe(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    Discount.objects.create(code="GIFT", kind="percentage", value=100)
    buyer.post("/cart/code/", {"code": "GIFT"})
    assert 'name="address"' in text(buyer.get("/cart/"))
    response = buyer.post("/checkout/", {"total": 0, **CONTACT_FIELDS})
    order = Order.objects.get()
    assert response["Location"] == f"/orders/{order.key}/"
    assert (order.state, order.email) == (OrderState.PAID, "ada@example.org")
    assert (order.recipient, order.address) == ("Ada", "Square Street 12")
    assert stripe_fake.requests == []


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        (dict.fromkeys(CONTACT_FIELDS, ""), {key: ["required"] for key in CONTACT_FIELDS}),
        ({"email": "ada"}, {"email": ["invalid"]}),
        ({"email": "ada@example"}, {"email": ["invalid"]}),
        ({"email": "a@" + "b" * 300 + ".org"}, {"email": ["invalid", "max_length"]}),
        ({"recipient": "\u200b"}, {"recipient": ["no-letters"]}),
        ({"recipient": "a\0"}, {"recipient": ["null_characters_not_allowed"]}),
        ({"address": " - \n . "}, {"address": ["no-letters"]}),
        ({"address": "x" * 501}, {"address": ["max_length"]}),
    ],
)
def test_an_order_with_total_0_needs_a_contact(
    buyer: Client, gateway: Gateway, fields: Mapping[str, str], codes: Mapping[str, list[str]]
) -> None:
    Discount.objects.create(code="GIFT", kind="percentage", value=100)
    buyer.post("/cart/code/", {"code": "GIFT"})
    response = buyer.post("/checkout/", {"total": 0, **CONTACT_FIELDS, **fields})
    assert response.status_code == 422
    assert error_codes(response, "contact_form") == codes
    for name in codes:
        assert f'aria-describedby="id_{name}_error"' in text(response)
        assert f'id="id_{name}_error"' in text(response)
    assert (Order.objects.count(), stock_of("SP-RED")) == (0, 30)


def test_the_total_of_a_cart_cannot_be_posted_as_0(buyer: Client, gateway: Gateway) -> None:
    response = buyer.post("/checkout/", {"total": 0, **CONTACT_FIELDS})
    assert error_codes(response, "checkout_form") == {"__all__": ["total-changed"]}
    assert Order.objects.count() == 0


def test_stock_is_reserved_for_minutes(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    check_out(buyer)
    order = Order.objects.get()
    assert timedelta(minutes=5) <= order.reserved_until - order.placed_at <= timedelta(minutes=20)
    page_closes = only_session(stripe_fake)["expires_at"] - order.placed_at.timestamp()
    assert 30 * 60 <= page_closes <= 60 * 60


def test_without_stripe_keys_checkout_is_off(buyer: Client) -> None:
    page = buyer.get("/cart/")
    assert not page.context["checkout_is_on"]
    assert 'name="total"' not in text(page)
    assert check_out(buyer)["Location"] == "/cart/"
    assert buyer.post("/stripe/webhook").status_code == 404
    assert Order.objects.count() == 0
    assert "checkout.stripe.com" not in page.headers.get("Content-Security-Policy", "")


def test_only_pages_that_redirect_to_stripe_allow_it_in_their_policy(
    buyer: Client, gateway: Gateway
) -> None:
    policy = buyer.get("/cart/")["Content-Security-Policy"]
    assert f"form-action 'self' https://checkout.stripe.com {gateway.api_base}" in policy
    assert "Content-Security-Policy" not in buyer.get("/")
    live = Gateway("sk_live_1", "whsec_1", "https://shop.example", "https://api.stripe.com")
    assert live.form_action == "'self' https://checkout.stripe.com"


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, {"total": ["required"]}),
        ({"total": "much"}, {"total": ["invalid"]}),
        ({"total": "-1"}, {"total": ["min_value"]}),
        ({"total": "9" * 400}, {"__all__": ["total-changed"]}),
        ({"total": "6049"}, {"__all__": ["total-changed"]}),
    ],
)
def test_a_missing_or_changed_total_is_refused(
    buyer: Client, gateway: Gateway, fields: Mapping[str, str], codes: Mapping[str, list[str]]
) -> None:
    response = buyer.post("/checkout/", fields)
    assert response.status_code == 422
    assert error_codes(response, "checkout_form") == codes
    assert Order.objects.count() == 0


def test_an_empty_cart_cannot_be_ordered(db: None, client: Client, gateway: Gateway) -> None:
    response = check_out(client)
    assert response.status_code == 422
    assert error_codes(response, "checkout_form") == {"__all__": ["empty-cart"]}
    assert client.get("/checkout/")["Location"] == "/cart/"


def test_a_sold_out_line_is_marked_in_the_cart(buyer: Client, gateway: Gateway) -> None:
    buy(("SP-BLUE", 3))
    response = check_out(buyer)
    assert response.status_code == 422
    assert error_codes(response, "checkout_form") == {"__all__": ["lines-not-orderable"]}
    assert 'id="error-SP-BLUE"' in text(response)
    assert 'name="total"' not in text(buyer.get("/cart/"))


def test_an_order_is_cancelled_when_stripe_is_unavailable(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    stripe_fake.is_down = True
    response = check_out(buyer)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert error_codes(response, "checkout_form") == {"__all__": ["stripe-unavailable"]}
    assert Order.objects.get().state == OrderState.CANCELLED
    assert (stock_of("SP-RED"), stock_of("SP-BLUE")) == (30, 3)
    stripe_fake.is_down = False
    assert check_out(buyer).status_code == 303


def test_a_wrong_stripe_key_counts_as_unavailable(
    buyer: Client, settings: Any, gateway: Gateway
) -> None:
    settings.GATEWAY = Gateway(
        "sk_test_another", gateway.webhook_secret, gateway.public_url, gateway.api_base
    )
    assert check_out(buyer).status_code == 503


@pytest.mark.parametrize("path", ["/checkout/", "order"])
def test_an_order_that_was_cancelled_in_another_tab_is_shown(
    buyer: Client, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    check_out(buyer)
    order = Order.objects.get()

    def not_payable(*_args: object) -> str:
        raise checkout.OrderNotPayable

    monkeypatch.setattr(checkout, "start", not_payable)
    if path == "order":
        response = buyer.post(order.get_absolute_url(), {"pay": "yes"})
    else:
        buyer.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
        response = check_out(buyer, 1950)
    assert (response.status_code, "/orders/" in response["Location"]) == (303, True)


def test_the_links_of_a_purchase_are_below_the_prefix(
    sparrow: int, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    visitor = WsgiClient(prefix=PREFIX)
    visitor.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    token = visitor.get("/cart/").token()
    redirect = visitor.post("/checkout/", {"total": 1950}, token=token)
    assert (redirect.status, redirect.headers["Location"]) == (
        303,
        only_session(stripe_fake)["url"],
    )
    (sent,) = stripe_fake.sent(SESSIONS)
    order_url = f"http://shop.test{PREFIX}/orders/{Order.objects.get().key}/"
    assert (sent["cancel_url"], sent["success_url"]) == (order_url, f"{order_url}?from=stripe")
    assert "checkout.stripe.com" in redirect.headers["Content-Security-Policy"]
    path = f"/orders/{Order.objects.get().key}/"
    for page in (visitor.get(path), visitor.get("/orders/"), visitor.get("/cart/")):
        assert page.status == 200
        assert all(url.startswith((f"{PREFIX}/", "#", "?")) for url in page.addresses)
    cancelled = visitor.post(path, {"cancel": "yes"})
    assert cancelled.headers["Location"] == f"{PREFIX}/cart/"


def test_pages_need_few_queries(
    buyer: Client, gateway: Gateway, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Discount.objects.create(code="TEN", kind="percentage", value=10)
    buyer.post("/cart/code/", {"code": "TEN"})
    with django_assert_max_num_queries(10):
        buyer.get("/cart/")
    check_out(buyer, 5445)
    order = Order.objects.get()
    deliver(event("evt_1", "checkout.session.completed", session(order.key, 5445)))
    for path in ("/orders/", order.get_absolute_url(), "/currency/", "/products/sparrow/", "/"):
        with django_assert_max_num_queries(10):
            assert buyer.get(path).status_code == 200
