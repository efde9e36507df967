"""The forms of the objects of the API."""

import secrets
import string
import time
from typing import Any

from .parameters import RefusedError

type Object = dict[str, Any]

_LETTERS = string.ascii_letters + string.digits


def new_id(kind: str) -> str:
    """A random identifier in the form of Stripe's."""
    return f"{kind}_{''.join(secrets.choice(_LETTERS) for _ in range(24))}"


def new_event(kind: str, about: Object) -> Object:
    """An event with a copy of the object, because later changes of it do not change the event."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        "data": {"object": dict(about)},
    }


def new_session(session_id: str, page: str, sent: Object, computed: Object) -> Object:
    """An open Checkout session: the sent parameters, and the computed amounts and times."""
    return {
        "id": session_id,
        "object": "checkout.session",
        "mode": sent["mode"],
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
        **computed,
        "metadata": sent.get("metadata", {}),
        "client_reference_id": sent.get("client_reference_id"),
        "customer_email": sent.get("customer_email"),
        "customer_details": None,
        "shipping_address_collection": sent.get("shipping_address_collection"),
        "collected_information": None,
        "success_url": sent["success_url"],
        "cancel_url": sent.get("cancel_url"),
        "livemode": False,
        "url": page,
    }


def collected_information(session: Object) -> Object:
    """The data that the buyer has entered on the payment page: a delivery address, if required."""
    collection = session["shipping_address_collection"]
    if collection is None:
        return {"shipping_details": None}
    address = {
        "line1": "12 Square Street",
        "line2": "",
        "city": "Springfield",
        "postal_code": "12345",
        "state": None,
        "country": collection["allowed_countries"][0],
    }
    return {"shipping_details": {"name": "A. Buyer", "address": address}}


def new_charge(session: Object, metadata: Object) -> Object:
    """The charge of a paid session."""
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": session["amount_total"],
        "amount_captured": session["amount_total"],
        "amount_refunded": 0,
        "refunded": False,
        "currency": session["currency"],
        "payment_intent": session["payment_intent"],
        "metadata": metadata,
        "livemode": False,
        "created": int(time.time()),
    }


def new_refund(charge: Object, amount: int, reason: str | None, metadata: Object) -> Object:
    """A refund of a part of a charge, or of all of it."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "currency": charge["currency"],
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "metadata": metadata,
        "status": "succeeded",
        "created": int(time.time()),
    }


def with_intent(session: Object, status: str) -> Object:
    """A session with its payment intent as an object in place of an identifier."""
    intent = {"id": session["payment_intent"], "object": "payment_intent", "status": status}
    return {**session, "payment_intent": intent}


def page_of(
    kind: str,
    rows: list[Object],
    max_length: int,
    limit: int = 10,
    starting_after: str = "",
    **_: str,
) -> Object:
    """The page of a list after the object `starting_after`. Raises RefusedError."""
    ids = [row["id"] for row in rows]
    if starting_after and starting_after not in ids:
        raise RefusedError(f"No such {kind}: '{starting_after}'", code="resource_missing")
    first = ids.index(starting_after) + 1 if starting_after else 0
    page = rows[first : first + min(limit, max_length)]
    has_more = first + len(page) < len(rows)
    return {"object": "list", "url": f"/v1/{kind}", "data": page, "has_more": has_more}
