"""Events as Stripe sends them, for tests that need no Stripe: about an order, with any change."""

import time
from collections.abc import Mapping
from typing import Any


def event(key: str, kind: str, thing: Mapping[str, Any], created: int = 0) -> dict[str, Any]:
    return {
        "id": key,
        "object": "event",
        "type": kind,
        "created": created or int(time.time()),
        "data": {"object": thing},
    }


def session(order: str, amount: int, **changes: Any) -> dict[str, Any]:
    """A session of ours as events carry it, paid unless told otherwise."""
    return {
        "id": "cs_test_1",
        "object": "checkout.session",
        "client_reference_id": order,
        "payment_status": "paid",
        "payment_intent": f"pi_{order[:8]}",
        "amount_total": amount,
        "currency": "eur",
        "customer_details": {"email": "buyer@example.org"},
        **changes,
    }


def refund(order: str, amount: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "payment_intent": f"pi_{order[:8]}",
        "amount": amount,
        "currency": "eur",
        "status": "succeeded",
        **changes,
    }
