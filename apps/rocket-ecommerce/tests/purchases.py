"""The steps of a purchase, and the state after them."""

from typing import Any

from django.test import Client
from django.utils import timezone

from rocket.cart import rules as carts
from rocket.catalog.models import Variant
from rocket.orders import rules as orders
from rocket.orders.models import Order, OrderState
from stripe_fake.accounts import Object
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY


def fill_cart(*lines: tuple[str, int], currency: str = "EUR") -> str:
    """Puts pairs of SKU and quantity into a new cart. Returns the cart's key."""
    key = None
    for sku, quantity in lines:
        key = carts.add(key, sku, quantity, currency=currency, now=timezone.now())
    assert key
    return key


def place_order(key: str, *, currency: str = "EUR") -> Order:
    now = timezone.now()
    total = carts.load(key, currency=currency, now=now).total
    return orders.place(key, currency=currency, expected_total=total, now=now)


def buy(*lines: tuple[str, int]) -> Order:
    """Places an order with pairs of SKU and quantity."""
    return place_order(fill_cart(*lines))


def stock_of(sku: str) -> int:
    return Variant.objects.get(sku=sku).stock


def state_of(order: Order) -> OrderState:
    order.refresh_from_db()
    return OrderState(order.state)


def check_out(client: Client, total: int = 6050) -> Any:
    """Posts the checkout form. The default total is that of the fixture `buyer`."""
    return client.post("/checkout/", {"total": total})


def only_session(fake: StripeFake) -> Object:
    """The Checkout session of a fake that has exactly one."""
    (session,) = fake.accounts[KEY].sessions.values()
    return session
