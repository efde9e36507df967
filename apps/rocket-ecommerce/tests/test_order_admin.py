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
from rocket.orders.models import Order, OrderState
from rocket.payments import checkout
from rocket.payments.gateway import Gateway
from rocket.payments.models import Entry, Event, Payment
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.purchases import buy, fill_cart, stock_of
from tests.responses import admin_error_codes
from tests.stripe_events import deliver, event


@pytest.fixture
def order(sparrow: int, gateway: Gateway, stripe_fake: StripeFake) -> Order:
    """A paid order of two SP-RED: €39.00."""
    order = buy(("SP-RED", 2))
    checkout.start(gateway, order)
    (session_id,) = stripe_fake.accounts[KEY].sessions
    paid = stripe_fake.accounts[KEY].pay(session_id, at_once=True)
    deliver(event("evt_1", "checkout.session.completed", paid))
    order.refresh_from_db()
    return order


def run_action(client: Client, action: str, *orders: Order) -> list[tuple[str, str]]:
    """Runs an action of the order list. Returns level and text of the messages."""
    response = client.post(
        "/admin/orders/order/",
        {"action": action, "_selected_action": [order.pk for order in orders]},
        follow=True,
    )
    assert response.status_code == 200
    return [(message.level_tag, message.message) for message in response.context["messages"]]


def assert_one_of_two(shown: list[tuple[str, str]]) -> None:
    """Asserts that the message reports one of two orders, as a warning."""
    ((level, message),) = shown
    assert (level, message.startswith("1 of 2 ")) == ("warning", True)


SHOP_APPS = ("catalog", "cart", "discounts", "orders", "payments")
INLINE_MODELS = {"image", "price", "line", "orderline"}
"""Models that are shown on the page of another model."""


def test_every_model_has_a_page_or_is_shown_on_another() -> None:
    models = [model for app in SHOP_APPS for model in apps.get_app_config(app).get_models()]
    registered = {model.__name__.lower() for model in models if admin.site.is_registered(model)}
    named = {model.__name__.lower() for model in models if not model._meta.auto_created}
    assert named - registered == INLINE_MODELS


@pytest.mark.parametrize("model", [Order, Payment, Entry, Event, Discount, Variant])
def test_pages_need_few_queries(
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


def test_pages_of_carts_do_not_show_the_key(sparrow: int, admin_client: Client) -> None:
    key = fill_cart(("SP-RED", 2))
    listed = admin_client.get("/admin/cart/cart/").content.decode()
    assert "Cart " in listed
    shown = admin_client.get("/admin/cart/cart/1/change/", follow=True).content.decode()
    assert key not in listed + shown


def test_ledger_and_orders_are_read_only(order: Order, admin_client: Client) -> None:
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


def test_only_paid_orders_are_shipped(order: Order, admin_client: Client) -> None:
    other = buy(("SP-RED", 1))
    assert_one_of_two(run_action(admin_client, "ship", order, other))
    order.refresh_from_db()
    assert (order.state, order.shipped_at is None) == (OrderState.SHIPPED, False)


def test_only_unpaid_orders_are_cancelled(order: Order, admin_client: Client) -> None:
    other = buy(("SP-RED", 1))
    assert_one_of_two(run_action(admin_client, "cancel", order, other))
    other.refresh_from_db()
    assert (other.state, stock_of("SP-RED")) == (OrderState.CANCELLED, 28)


def test_only_paid_orders_are_refunded(
    order: Order, admin_client: Client, stripe_fake: StripeFake
) -> None:
    other = buy(("SP-RED", 1))
    for _ in range(2):
        assert_one_of_two(run_action(admin_client, "refund", order, other))
    (refunded,) = stripe_fake.accounts[KEY].charges.values()
    assert refunded["amount_refunded"] == 3900
    order.refresh_from_db()
    # Stripe's response is enough: the event about the refund may be lost.
    assert (order.state, stock_of("SP-RED")) == (OrderState.REFUNDED, 29)
    assert sorted(Entry.objects.values_list("amount", flat=True)) == [-3900, 3900]


@pytest.mark.parametrize("action", ["cancel", "refund"])
def test_an_action_ends_when_stripe_is_unavailable(
    order: Order, admin_client: Client, gateway: Gateway, stripe_fake: StripeFake, action: str
) -> None:
    unpaid = [buy(("SP-RED", 1)) for _ in range(3)]
    for other in unpaid:
        checkout.start(gateway, other)
    sent = len(stripe_fake.requests)
    stripe_fake.is_down = True
    chosen = unpaid if action == "cancel" else [order]
    levels = [level for level, _ in run_action(admin_client, action, *chosen)]
    assert levels == ["error", "warning"]
    assert len(stripe_fake.requests) == sent


@pytest.mark.parametrize(
    ("action", "request_name"), [("refund", "refund"), ("cancel", "close-session")]
)
def test_actions_report_an_unavailable_stripe(
    order: Order,
    admin_client: Client,
    gateway: Gateway,
    stripe_fake: StripeFake,
    settings: Any,
    action: str,
    request_name: str,
) -> None:
    unpaid = buy(("SP-RED", 1))
    checkout.start(gateway, unpaid)
    chosen = order if action == "refund" else Order.objects.get(pk=unpaid.pk)
    stripe_fake.is_down = True
    failed, _ = run_action(admin_client, action, chosen)
    settings.GATEWAY = None
    without_key, _ = run_action(admin_client, action, chosen)
    for level, message in (failed, without_key):
        assert (level, message.startswith(f"{chosen}: ")) == ("error", True)
        assert request_name in message
    assert "STRIPE_SECRET_KEY" in without_key[1]
    assert stock_of("SP-RED") == 27


def test_actions_need_the_change_permission(order: Order, client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(clerk)
    run_action(client, "ship", order)
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_an_invalid_discount_is_rejected_with_the_reason(admin_client: Client) -> None:
    form = {"code": "TEN", "kind": "percentage", "value": 101, "minimum": 0}
    page = admin_client.post("/admin/discounts/discount/add/", form)
    assert admin_error_codes(page) == {"__all__": ["value-out-of-range"]}
    assert (
        admin_client.post("/admin/discounts/discount/add/", {**form, "value": 10}).status_code
        == 302
    )
    assert Discount.objects.get().worth == "10 %"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("shown", "entered", "current", "result"),
    [(30, 30, 12, 12), (30, 40, 12, 22), (30, 20, 12, 2), (30, 0, 30, 0)],
)
def test_the_stock_changes_by_the_difference_to_the_number_shown(
    sparrow: int, admin_client: Client, shown: int, entered: int, current: int, result: int
) -> None:
    assert enter_stock(admin_client, shown, entered, current).status_code == 302
    assert stock_of("SP-RED") == result


@pytest.mark.parametrize(
    ("shown", "entered", "code"),
    [("30", "10", "stock-changed"), ("30", "-1", "min_value"), ("x", "31", "invalid")],
)
def test_an_invalid_stock_is_rejected(
    sparrow: int, admin_client: Client, shown: str, entered: str, code: str
) -> None:
    response = enter_stock(admin_client, shown, entered, 12)
    assert (response.status_code, admin_error_codes(response)) == (200, {"stock": [code]})
    assert stock_of("SP-RED") == 12


def enter_stock(client: Client, shown: object, entered: object, current: int) -> Any:
    """Submits a form that was opened at a stock of `shown`, while the stock is `current`."""
    variant = Variant.objects.get(sku="SP-RED")
    Variant.objects.filter(pk=variant.pk).update(stock=current)
    return client.post(
        f"/admin/catalog/variant/{variant.pk}/change/",
        {
            "product": variant.product_id,
            "name": "Red",
            "sku": "SP-RED",
            "stock": entered,
            "initial-stock": shown,
            "position": 0,
            "prices-TOTAL_FORMS": 0,
            "prices-INITIAL_FORMS": 0,
        },
    )


def test_the_index_links_to_the_sales_page(admin_client: Client) -> None:
    assert 'href="/sales/"' in admin_client.get("/admin/").content.decode()
