"""From the cart to Stripe and back, with the real SDK and a Stripe of our own."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from appkit.env import Environment, SettingError
from rocket.cart import rules as carts
from rocket.cart.models import Line
from rocket.discounts.models import Discount
from rocket.orders import rules as orders
from rocket.orders.models import Order, State
from rocket.payments import checkout
from rocket.payments.gateway import Gateway, StripeDown, configure
from stripe_fake.accounts import Object
from stripe_fake.server import Response, StripeFake
from stripe_fake.testing import KEY
from tests.browser import PREFIX, Browser
from tests.buying import buy, deliver, stock
from tests.stripe_events import event, session

SESSIONS = "/v1/checkout/sessions"


def opened(fake: StripeFake) -> Object:
    """The one session that was opened."""
    (found,) = fake.accounts[KEY].sessions.values()
    return found


@pytest.fixture
def visitor(sparrow: int, client: Client) -> Client:
    """Two red and one blue in the cart: €60.50."""
    for sku, quantity in (("SP-RED", 2), ("SP-BLUE", 1)):
        client.post("/products/sparrow/", {"sku": sku, "quantity": quantity})
    client.get("/cart/")
    return client


def pay(client: Client, total: int = 6050) -> Any:
    return client.post("/checkout/", {"total": total})


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def test_a_purchase(visitor: Client, gateway: Gateway, stripe_fake: StripeFake) -> None:
    assert "Order and pay" in text(visitor.get("/cart/"))
    response = pay(visitor)
    assert response.status_code == 303
    assert response["Location"] == opened(stripe_fake)["url"]
    order = Order.objects.get()
    (sent,) = stripe_fake.sent(SESSIONS)
    page = f"http://shop.test/rocket-ecommerce/orders/{order.key}/"
    assert sent["client_reference_id"] == order.key
    assert (sent["success_url"], sent["cancel_url"]) == (f"{page}?from=stripe", page)
    assert sent["line_items[0][price_data][unit_amount]"] == "1950"
    assert sent["line_items[0][quantity]"] == "2"
    assert sent["line_items[1][price_data][product_data][name]"] == "Sparrow, Blue"
    assert order.session_id == opened(stripe_fake)["id"]
    assert (stock("SP-RED"), Line.objects.count()) == (28, 0)
    waiting = text(visitor.get(f"/orders/{order.key}/?from=stripe"))
    assert "We are waiting for Stripe to confirm your payment" in waiting
    deliver(event("evt_1", "checkout.session.completed", session(order.key, 6050)))
    paid = text(visitor.get(f"/orders/{order.key}/"))
    for said in ("Your payment has arrived", "€60.50", "Payment</h3>", "2 × €19.50"):
        assert said in paid
    assert 'name="pay"' not in paid
    listed = text(visitor.get("/orders/"))
    assert order.number in listed
    assert "2 × Sparrow" in listed


def test_the_discount_goes_to_stripe(
    visitor: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    Discount.objects.create(code="TEN", kind="percentage", value=10)
    visitor.post("/cart/code/", {"code": "ten"})
    assert pay(visitor, 5445).status_code == 303
    (coupon,) = stripe_fake.sent("/v1/coupons")
    assert (coupon["amount_off"], coupon["currency"], coupon["name"]) == ("605", "eur", "TEN")
    (made,) = stripe_fake.accounts[KEY].coupons
    assert stripe_fake.sent(SESSIONS)[0]["discounts[0][coupon]"] == made
    assert opened(stripe_fake)["amount_total"] == 5445


def test_what_costs_nothing_needs_no_stripe(
    visitor: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    Discount.objects.create(code="GIFT", kind="percentage", value=100)
    visitor.post("/cart/code/", {"code": "GIFT"})
    response = pay(visitor, 0)
    order = Order.objects.get()
    assert response["Location"] == f"/orders/{order.key}/"
    assert order.state == State.PAID
    assert stripe_fake.requests == []


def test_without_keys_the_shop_works_and_says_so(visitor: Client) -> None:
    page = visitor.get("/cart/")
    assert "Checkout is off in this shop" in text(page)
    assert "Order and pay" not in text(page)
    assert pay(visitor)["Location"] == "/cart/"
    assert visitor.post("/stripe/webhook").status_code == 404
    assert Order.objects.count() == 0
    assert "checkout.stripe.com" not in page.headers.get("Content-Security-Policy", "")


def test_only_pages_that_lead_to_stripe_may(visitor: Client, gateway: Gateway) -> None:
    policy = visitor.get("/cart/")["Content-Security-Policy"]
    assert f"form-action 'self' https://checkout.stripe.com {gateway.api_base}" in policy
    assert "Content-Security-Policy" not in visitor.get("/")
    live = Gateway("sk_live_1", "whsec_1", "https://shop.example", "https://api.stripe.com")
    assert live.form_action == "'self' https://checkout.stripe.com"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Please look at the total again."),
        ({"total": "much"}, "Please look at the total again."),
        ({"total": "-1"}, "Please look at the total again."),
        ({"total": "9" * 400}, "The total has changed"),
        ({"total": "6049"}, "The total has changed"),
    ],
)
def test_a_total_that_is_not_the_one(
    visitor: Client, gateway: Gateway, sent: Mapping[str, str], said: str
) -> None:
    response = visitor.post("/checkout/", sent)
    assert (response.status_code, said in text(response)) == (422, True)
    assert Order.objects.count() == 0


def test_an_empty_cart_is_not_ordered(db: None, client: Client, gateway: Gateway) -> None:
    response = pay(client)
    assert (response.status_code, "Your cart is empty." in text(response)) == (422, True)
    assert client.get("/checkout/")["Location"] == "/cart/"


def test_what_sold_out_says_so_beside_its_line(visitor: Client, gateway: Gateway) -> None:
    buy(("SP-BLUE", 3))
    response = pay(visitor)
    assert response.status_code == 422
    assert "Not everything can be had like this any more." in text(response)
    assert 'id="error-SP-BLUE"' in text(response)
    assert "needs your attention" in text(visitor.get("/cart/"))


def test_stripe_is_down(visitor: Client, gateway: Gateway, stripe_fake: StripeFake) -> None:
    stripe_fake.is_down = True
    response = pay(visitor)
    assert response.status_code == 503
    assert "We cannot reach Stripe just now. Nothing was charged" in text(response)
    assert Order.objects.get().state == State.CANCELLED
    assert (stock("SP-RED"), stock("SP-BLUE")) == (30, 3)
    stripe_fake.is_down = False
    assert pay(visitor).status_code == 303


def test_a_stripe_that_does_not_know_us(visitor: Client, settings: Any, gateway: Gateway) -> None:
    settings.GATEWAY = Gateway(
        "sk_test_another", gateway.webhook_secret, gateway.public_url, gateway.api_base
    )
    assert pay(visitor).status_code == 503


def test_pay_again_leads_to_the_same_page(
    visitor: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    first = pay(visitor)["Location"]
    order = Order.objects.get()
    assert "Pay at Stripe" in text(visitor.get(order.get_absolute_url()))
    assert visitor.post(order.get_absolute_url(), {"pay": "yes"})["Location"] == first
    assert opened(stripe_fake)["url"] == first


def test_cancel(visitor: Client, gateway: Gateway, stripe_fake: StripeFake) -> None:
    pay(visitor)
    order = Order.objects.get()
    response = visitor.post(order.get_absolute_url(), {"cancel": "yes"})
    assert response["Location"] == "/cart/"
    page = text(visitor.get("/cart/"))
    assert "is cancelled. Its things are back in your cart." in page
    assert "€60.50" in page
    assert opened(stripe_fake)["status"] == "expired"
    assert stock("SP-RED") == 30
    assert "Nothing was charged." in text(visitor.get(order.get_absolute_url()))
    again = visitor.post(order.get_absolute_url(), {"cancel": "yes"})
    assert again["Location"] == order.get_absolute_url()
    assert visitor.post(order.get_absolute_url(), {"pay": "yes"})["Location"].endswith("/")


def test_what_is_paid_is_not_cancelled(
    visitor: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    """Stripe knows before its event has arrived here."""
    pay(visitor)
    order = Order.objects.get()
    opened(stripe_fake)["status"] = "complete"
    visitor.post(order.get_absolute_url(), {"cancel": "yes"})
    page = text(visitor.get(order.get_absolute_url()))
    assert "can no longer be cancelled" in page
    assert "Your payment is under way" in page
    deliver(event("evt_1", "checkout.session.completed", session(order.key, 6050)))
    assert "Your payment has arrived" in text(visitor.get(order.get_absolute_url()))
    assert stock("SP-RED") == 28


def test_cancelling_while_stripe_is_down_changes_nothing(
    visitor: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    pay(visitor)
    order = Order.objects.get()
    stripe_fake.is_down = True
    response = visitor.post(order.get_absolute_url(), {"cancel": "yes"})
    assert (response.status_code, "We cannot reach Stripe" in text(response)) == (503, True)
    assert stock("SP-RED") == 28


def test_keys_that_were_taken_away(visitor: Client, gateway: Gateway, settings: Any) -> None:
    pay(visitor)
    order = Order.objects.get()
    settings.GATEWAY = None
    assert visitor.post(order.get_absolute_url(), {"cancel": "yes"}).status_code == 503
    assert visitor.post(order.get_absolute_url(), {"pay": "yes"}).status_code == 303
    assert "Pay at Stripe" not in text(visitor.get(order.get_absolute_url()))


def late(order: Order) -> Order:
    Order.objects.filter(pk=order.pk).update(reserved_until=timezone.now() - timedelta(minutes=1))
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    ("status", "after", "left"),
    [
        ("open", State.CANCELLED, 30),
        ("expired", State.CANCELLED, 30),
        ("missing", State.CANCELLED, 30),
        ("complete", State.PROCESSING, 28),
    ],
)
def test_an_overdue_order_goes_only_once_stripe_takes_no_money_for_it(
    visitor: Client,
    gateway: Gateway,
    stripe_fake: StripeFake,
    status: str,
    after: str,
    left: int,
) -> None:
    pay(visitor)
    order = late(Order.objects.get())
    assert "The time to pay is over" in text(visitor.get(order.get_absolute_url()))
    if status == "missing":
        stripe_fake.accounts[KEY].sessions.clear()
    else:
        opened(stripe_fake)["status"] = status
    assert checkout.sweep(gateway, timezone.now()) == int(left == 30)
    order.refresh_from_db()
    assert (order.state, stock("SP-RED")) == (after, left)


def test_the_next_buyer_gets_what_is_overdue(
    sparrow: int, client: Client, gateway: Gateway
) -> None:
    late(buy(("SP-BLUE", 3)))
    client.post("/checkout/", {"total": 0})
    assert stock("SP-BLUE") == 3


def test_an_overdue_order_waits_for_a_stripe_that_is_down(
    visitor: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    pay(visitor)
    late(Order.objects.get())
    for without in (gateway, None):
        stripe_fake.is_down = True
        assert checkout.sweep(without, timezone.now()) == 0
    assert stock("SP-RED") == 28


def test_a_stripe_that_neither_closes_nor_shows(
    sparrow: int, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, stripe_fake: StripeFake
) -> None:
    for status, kind in ((400, "invalid_request_error"), (500, "api_error")):
        answers = iter([(400, "invalid_request_error"), *[(status, kind)] * 2])

        def refuse(*_args: object, answers: Any = answers) -> Response:
            code, name = next(answers)
            return Response(code, {"error": {"type": name, "message": "no"}})

        monkeypatch.setattr(stripe_fake, "handle", refuse)
        with pytest.raises(StripeDown, match="did not show a session"):
            gateway.close("cs_test_1")


def test_an_order_that_is_cancelled_while_its_page_is_opened(
    sparrow: int, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    order = buy(("SP-RED", 1))
    orders.cancel(order.pk)
    with pytest.raises(checkout.OrderGone):
        checkout.start(gateway, order)
    assert opened(stripe_fake)["status"] == "expired"


@pytest.mark.parametrize("path", ["/checkout/", "order"])
def test_cancelled_in_another_tab_meanwhile(
    visitor: Client, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    pay(visitor)
    order = Order.objects.get()

    def gone(*_args: object) -> str:
        raise checkout.OrderGone

    monkeypatch.setattr(checkout, "start", gone)
    if path == "order":
        response = visitor.post(order.get_absolute_url(), {"pay": "yes"})
    else:
        visitor.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
        response = pay(visitor, 1950)
    assert (response.status_code, "/orders/" in response["Location"]) == (303, True)


def test_a_session_without_an_address(
    sparrow: int, gateway: Gateway, stripe_fake: StripeFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_address(*_args: object) -> Response:
        return Response(200, {"id": "cs_1", "object": "checkout.session", "url": None})

    monkeypatch.setattr(stripe_fake, "handle", no_address)
    with pytest.raises(StripeDown, match="without an address"):
        checkout.start(gateway, buy(("SP-RED", 1)))


def test_orders_are_for_those_who_have_their_key(sparrow: int, client: Client) -> None:
    order = buy(("SP-RED", 1))
    assert client.get(f"/orders/{order.pk}/").status_code == 404
    assert "Nothing was ordered from this browser yet." in text(client.get("/orders/"))
    page = client.get(order.get_absolute_url())
    assert 'content="noindex"' in text(page)
    assert "no-store" in page["Cache-Control"]


def test_below_a_prefix(sparrow: int, gateway: Gateway, stripe_fake: StripeFake) -> None:
    browser = Browser(prefix=PREFIX)
    browser.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    token = browser.get("/cart/").token()
    left = browser.post("/checkout/", {"total": 1950}, token=token)
    assert (left.status, left.headers["Location"]) == (303, opened(stripe_fake)["url"])
    (sent,) = stripe_fake.sent(SESSIONS)
    own = f"http://shop.test{PREFIX}/orders/{Order.objects.get().key}/"
    assert (sent["cancel_url"], sent["success_url"]) == (own, f"{own}?from=stripe")
    assert "checkout.stripe.com" in left.headers["Content-Security-Policy"]
    path = f"/orders/{Order.objects.get().key}/"
    for page in (browser.get(path), browser.get("/orders/"), browser.get("/cart/")):
        assert page.status == 200
        assert all(one.startswith((f"{PREFIX}/", "#", "?")) for one in page.addresses)
    cancelled = browser.post(path, {"cancel": "yes"})
    assert cancelled.headers["Location"] == f"{PREFIX}/cart/"


@pytest.mark.parametrize("state", State)
def test_each_state_is_told(sparrow: int, client: Client, state: State) -> None:
    order = buy(("SP-RED", 1))
    Order.objects.update(state=state, shipped_at=timezone.now())
    page = text(client.get(order.get_absolute_url()))
    assert f"state-{state}" in page
    assert re.search(r'<p class="lead">\s*\w', page)


def test_pages_ask_little(
    visitor: Client, gateway: Gateway, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Discount.objects.create(code="TEN", kind="percentage", value=10)
    visitor.post("/cart/code/", {"code": "TEN"})
    with django_assert_max_num_queries(10):
        visitor.get("/cart/")
    pay(visitor, 5445)
    order = Order.objects.get()
    deliver(event("evt_1", "checkout.session.completed", session(order.key, 5445)))
    for path in ("/orders/", order.get_absolute_url(), "/currency/", "/products/sparrow/", "/"):
        with django_assert_max_num_queries(10):
            assert visitor.get(path).status_code == 200


KEYS = {
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}
PUBLIC = "https://shop.example/rocket"


def read(values: Mapping[str, str], public: str = PUBLIC) -> Gateway | None:
    with Environment(values) as env:
        return configure(env, public)


def test_settings() -> None:
    assert read({}) is None
    assert read({}, "") is None
    assert read(KEYS) == Gateway("sk_test_1", "whsec_1", PUBLIC, "https://api.stripe.com")
    other = read({**KEYS, "STRIPE_API_BASE": "http://stripe:12111"})
    assert other
    assert other.api_base == "http://stripe:12111"


@pytest.mark.parametrize(
    ("changes", "public", "said"),
    [
        ({"STRIPE_SECRET_KEY": ""}, PUBLIC, "STRIPE_SECRET_KEY is missing"),
        ({"STRIPE_SECRET_KEY": "pk_test_1"}, PUBLIC, "STRIPE_SECRET_KEY must be"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, PUBLIC, "STRIPE_WEBHOOK_SECRET is missing"),
        ({"STRIPE_WEBHOOK_SECRET": "secret"}, PUBLIC, "STRIPE_WEBHOOK_SECRET must be"),
        ({"STRIPE_API_BASE": "stripe"}, PUBLIC, "STRIPE_API_BASE must be"),
        ({}, "", "PUBLIC_URL is missing"),
    ],
)
def test_bad_settings(changes: Mapping[str, str], public: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        read({**KEYS, **changes}, public)


def test_an_unknown_cart_of_an_order_is_no_mistake(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    Order.objects.update(cart=None)
    assert orders.cancel(order.pk, refill=True)
    assert carts.count(None) == 0
