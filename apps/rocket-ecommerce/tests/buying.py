"""What a buyer does, in one call each."""

import json
import time
from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.utils import timezone

from rocket.cart import rules as carts
from rocket.catalog.models import Variant
from rocket.orders import rules as orders
from rocket.orders.models import Order
from stripe_fake.testing import WEBHOOK_SECRET
from stripe_fake.webhooks import sign


def fill(*lines: tuple[str, int], currency: str = "EUR") -> str:
    """A cart's key."""
    key = None
    for sku, quantity in lines:
        key = carts.add(key, sku, quantity, currency=currency, now=timezone.now())
    assert key
    return key


def place(key: str, *, currency: str = "EUR") -> Order:
    now = timezone.now()
    seen = carts.read(key, currency=currency, now=now).total
    return orders.place(key, currency=currency, seen=seen, now=now)


def buy(*lines: tuple[str, int]) -> Order:
    return place(fill(*lines))


def stock(sku: str) -> int:
    return Variant.objects.get(sku=sku).stock


def signature(payload: bytes, *, secret: str = WEBHOOK_SECRET, age: float = 0) -> str:
    """The header that Stripe sends with an event, `age` seconds ago."""
    return sign(payload, secret, int(time.time() - age))


def deliver(event: Mapping[str, Any], client: Client | None = None) -> tuple[int, str]:
    """Posts an event as Stripe does; the status, and what the shop says to it."""
    payload = json.dumps(event).encode()
    response = (client or Client(enforce_csrf_checks=True)).post(
        "/stripe/webhook",
        payload,
        content_type="application/json",
        headers={"Stripe-Signature": signature(payload)},
    )
    return response.status_code, response.json()["status"]
