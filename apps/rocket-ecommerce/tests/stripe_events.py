"""Webhook events like those of Stripe: builds and delivers them, and reads their effect."""

import json
import time
from collections.abc import Mapping
from typing import Any

from django.test import Client

from rocket.payments.models import Entry
from stripe_fake.testing import WEBHOOK_SECRET
from stripe_fake.webhooks import sign

COMPLETED = "checkout.session.completed"


def event(key: str, kind: str, content: Mapping[str, Any], created: int = 0) -> dict[str, Any]:
    return {
        "id": key,
        "object": "event",
        "type": kind,
        "created": created or int(time.time()),
        "data": {"object": content},
    }


def session(order_key: str, amount: int, **changes: Any) -> dict[str, Any]:
    """A paid Checkout session for an order. `changes` replace or add fields."""
    return {
        "id": "cs_test_1",
        "object": "checkout.session",
        "client_reference_id": order_key,
        "payment_status": "paid",
        "payment_intent": f"pi_{order_key[:8]}",
        "amount_total": amount,
        "currency": "eur",
        "customer_details": {"email": "buyer@example.org"},
        **changes,
    }


def refund(order_key: str, amount: int, **changes: Any) -> dict[str, Any]:
    """A successful refund of the payment of an order. `changes` replace or add fields."""
    return {
        "id": "re_1",
        "object": "refund",
        "payment_intent": f"pi_{order_key[:8]}",
        "amount": amount,
        "currency": "eur",
        "status": "succeeded",
        **changes,
    }


def signature(payload: bytes, *, secret: str = WEBHOOK_SECRET, age: float = 0) -> str:
    """The `Stripe-Signature` header of an event that was signed `age` seconds ago."""
    return sign(payload, secret, int(time.time() - age))


def deliver(event: Mapping[str, Any], client: Client | None = None) -> tuple[int, str]:
    """Posts a signed event to the webhook endpoint. Returns the status code and the result."""
    payload = json.dumps(event).encode()
    response = (client or Client(enforce_csrf_checks=True)).post(
        "/stripe/webhook",
        payload,
        content_type="application/json",
        headers={"Stripe-Signature": signature(payload)},
    )
    return response.status_code, response.json()["status"]


def ledger_entries() -> list[tuple[str, int]]:
    """Kind and amount of all ledger entries, oldest first."""
    return [(entry.kind, entry.amount) for entry in Entry.objects.order_by("id")]
