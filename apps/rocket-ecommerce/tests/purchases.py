"""The steps of a purchase, and the state after them."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from rocket.cart import rules as carts
from rocket.catalog.models import Variant
from rocket.orders import rules as orders
from rocket.orders.models import Order, OrderState
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY


def fill_cart(*lines: tuple[str, int], currency: str = "EUR") -> str:
    """Puts pairs of SKU and quantity into a new cart. Returns the cart's key."""
    key = None
    for sku, quantity in lines:
        key = carts.add(key, sku, quantity, currency=currency, now=timezone.now())
    assert key
    return key


CONTACT = orders.Contact("ada@example.org", "Ada Byron", "12 Square Street\nLondon")


def place_order(
    key: str, *, currency: str = "EUR", address: str = "", contact: orders.Contact | None = None
) -> Order:
    """Orders the content of a cart, at an IP address."""
    now = timezone.now()
    return orders.place(
        key,
        currency=currency,
        expected_total=carts.load(key, currency=currency, now=now).total,
        now=now,
        address=address,
        contact=contact,
    )


def buy(*lines: tuple[str, int], address: str = "") -> Order:
    """Places an order with pairs of SKU and quantity, from a cart of its own."""
    return place_order(fill_cart(*lines), address=address)


def stock_of(sku: str) -> int:
    return Variant.objects.get(sku=sku).stock


def state_of(order: Order) -> OrderState:
    order.refresh_from_db()
    return OrderState(order.state)


def check_out(client: Client, total: int = 6050) -> Any:
    """Posts the checkout form. The default total is that of the fixture `buyer`."""
    return client.post("/checkout/", {"total": total})


def only_session(fake: StripeFake) -> dict[str, Any]:
    """The Checkout session of a fake that has exactly one."""
    (session,) = fake.accounts[KEY].sessions.values()
    return session


def make_overdue(order: Order) -> Order:
    """Ends the reservation of an order a minute ago."""
    past = timezone.now() - timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(reserved_until=past)
    order.refresh_from_db()
    return order


def pay(fake: StripeFake, *, at_once: bool = True) -> None:
    """Pays at Stripe. The events about it are lost."""
    fake.accounts[KEY].pay(only_session(fake)["id"], at_once=at_once, notify=False)
