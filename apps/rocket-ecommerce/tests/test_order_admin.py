"""Orders, carts, discounts and the ledger in Django's admin."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from rocket.catalog.models import Variant
from rocket.discounts.models import Discount
from rocket.orders.models import Order, State
from rocket.payments import checkout
from rocket.payments.gateway import Gateway
from rocket.payments.models import Entry, Event, Payment
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.buying import buy, deliver, fill, stock
from tests.stripe_events import event


@pytest.fixture
def order(sparrow: int, gateway: Gateway, stripe_fake: StripeFake) -> Order:
    """Two red ones, paid: €39.00."""
    made = buy(("SP-RED", 2))
    checkout.start(gateway, made)
    (opened,) = stripe_fake.accounts[KEY].sessions
    paid = stripe_fake.accounts[KEY].pay(opened, at_once=True)
    deliver(event("evt_1", "checkout.session.completed", paid))
    made.refresh_from_db()
    return made


def act(client: Client, action: str, *orders: Order) -> str:
    response = client.post(
        "/admin/orders/order/",
        {"action": action, "_selected_action": [order.pk for order in orders]},
        follow=True,
    )
    assert response.status_code == 200
    content: str = response.content.decode()
    return content


OURS = ("catalog", "cart", "discounts", "orders", "payments")
INSIDE = {"image", "price", "line", "orderline"}
"""Models that are edited or shown inside of another one's page."""


def test_every_model_has_its_page() -> None:
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    registered = {model.__name__.lower() for model in models if admin.site.is_registered(model)}
    named = {model.__name__.lower() for model in models if not model._meta.auto_created}
    assert named - registered == INSIDE


@pytest.mark.parametrize("model", [Order, Payment, Entry, Event, Discount, Variant])
def test_pages(
    order: Order,
    admin_client: Client,
    model: Any,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    Discount.objects.create(code="TEN", kind="percentage", value=10)
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for path in (base, f"{base}?q=x", f"{base}{model.objects.first().pk}/change/"):
        with django_assert_max_num_queries(12):
            assert admin_client.get(path).status_code == 200


def test_carts(sparrow: int, admin_client: Client) -> None:
    key = fill(("SP-RED", 2))
    listed = admin_client.get("/admin/cart/cart/").content.decode()
    assert "Cart " in listed
    shown = admin_client.get("/admin/cart/cart/1/change/", follow=True).content.decode()
    assert key not in listed + shown


def test_the_ledger_cannot_be_changed(order: Order, admin_client: Client) -> None:
    entry = Entry.objects.get()
    assert admin_client.get("/admin/payments/entry/add/").status_code == 403
    address = f"/admin/payments/entry/{entry.pk}/"
    assert admin_client.post(f"{address}change/", {"amount": 1}).status_code == 403
    assert admin_client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    order_page = f"/admin/orders/order/{order.pk}/change/"
    assert admin_client.post(order_page, {"state": "shipped"}).status_code == 403


def test_amounts_are_shown_as_money(order: Order, admin_client: Client) -> None:
    page = admin_client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "€39.00" in page
    assert "<td>€19.50</td>" in page
    payment = Payment.objects.get()
    page = admin_client.get(f"/admin/payments/payment/{payment.pk}/change/").content.decode()
    assert "<td>€39.00</td>" in page
    assert "€39.00" in admin_client.get("/admin/payments/entry/").content.decode()


def test_shipping(order: Order, admin_client: Client) -> None:
    other = buy(("SP-RED", 1))
    assert "1 of 2 orders shipped." in act(admin_client, "ship", order, other)
    order.refresh_from_db()
    assert (order.state, order.shipped_at is None) == (State.SHIPPED, False)


def test_cancelling(order: Order, admin_client: Client) -> None:
    other = buy(("SP-RED", 1))
    assert "1 of 2 orders cancelled." in act(admin_client, "cancel", order, other)
    other.refresh_from_db()
    assert (other.state, stock("SP-RED")) == (State.CANCELLED, 28)


def test_paying_back(order: Order, admin_client: Client, stripe_fake: StripeFake) -> None:
    other = buy(("SP-RED", 1))
    for _ in range(2):
        assert "1 of 2 orders asked to be paid back." in act(admin_client, "refund", order, other)
    (refunded,) = stripe_fake.accounts[KEY].charges.values()
    assert refunded["amount_refunded"] == 3900
    order.refresh_from_db()
    assert order.state == State.PAID


@pytest.mark.parametrize("action", ["refund", "cancel"])
def test_stripe_is_down(
    order: Order,
    admin_client: Client,
    gateway: Gateway,
    stripe_fake: StripeFake,
    settings: Any,
    action: str,
) -> None:
    awaiting = buy(("SP-RED", 1))
    checkout.start(gateway, awaiting)
    chosen = order if action == "refund" else Order.objects.get(pk=awaiting.pk)
    stripe_fake.is_down = True
    assert f"{chosen}: Stripe did not" in act(admin_client, action, chosen)
    settings.GATEWAY = None
    assert f"{chosen}: without keys nobody can ask Stripe" in act(admin_client, action, chosen)
    assert stock("SP-RED") == 27


def test_who_only_looks_acts_on_nothing(order: Order, client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(clerk)
    act(client, "ship", order)
    order.refresh_from_db()
    assert order.state == State.PAID


def test_a_discount_that_makes_no_sense_says_why(admin_client: Client) -> None:
    sent = {"code": "TEN", "kind": "percentage", "value": 101, "minimum": 0}
    page = admin_client.post("/admin/discounts/discount/add/", sent).content.decode()
    assert "A percentage is from 1 to 100." in page
    assert (
        admin_client.post("/admin/discounts/discount/add/", {**sent, "value": 10}).status_code
        == 302
    )
    assert Discount.objects.get().worth == "10 %"


@pytest.mark.parametrize(
    ("shown", "asked", "now", "after"),
    [(30, 30, 12, 12), (30, 40, 12, 22), (30, 20, 12, 2), (30, 0, 30, 0)],
)
def test_stock_is_counted_from_what_was_shown(
    sparrow: int, admin_client: Client, shown: int, asked: int, now: int, after: int
) -> None:
    assert count(admin_client, shown, asked, now).status_code == 302
    assert stock("SP-RED") == after


@pytest.mark.parametrize(
    ("shown", "asked", "said"),
    [
        ("30", "10", "Orders took some meanwhile: only 12 are left."),
        ("30", "-1", "greater than or equal to 0"),
        ("x", "31", "Enter a whole number."),
    ],
)
def test_stock_that_makes_no_sense(
    sparrow: int, admin_client: Client, shown: str, asked: str, said: str
) -> None:
    response = count(admin_client, shown, asked, 12)
    assert (response.status_code, said in response.content.decode()) == (200, True)
    assert stock("SP-RED") == 12


def count(client: Client, shown: object, asked: object, now: int) -> Any:
    variant = Variant.objects.get(sku="SP-RED")
    Variant.objects.filter(pk=variant.pk).update(stock=now)
    return client.post(
        f"/admin/catalog/variant/{variant.pk}/change/",
        {
            "product": variant.product_id,
            "name": "Red",
            "sku": "SP-RED",
            "stock": asked,
            "initial-stock": shown,
            "position": 0,
            "prices-TOTAL_FORMS": 0,
            "prices-INITIAL_FORMS": 0,
        },
    )


def test_the_front_page_leads_to_sales(admin_client: Client) -> None:
    assert 'href="/sales/"' in admin_client.get("/admin/").content.decode()
