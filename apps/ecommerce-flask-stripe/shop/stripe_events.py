"""Turns an event of Stripe into the record to store. Pure functions, without a database."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shop.models import Order, Refund
from shop.money import DECIMALS
from shop.product_rules import MAX_LENGTHS, is_slug, text_problem

_PAID = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
_REFUNDED = "charge.refunded"

_SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,250}")
_PAYMENT_INTENT = re.compile(r"pi_[A-Za-z0-9_]{1,250}")
_MAX_AMOUNT = 10**12
_MAX_TIMESTAMP = 2**32


def is_session_id(text: str) -> bool:
    """Whether a text has the form of the id of a session at Stripe."""
    return _SESSION_ID.fullmatch(text) is not None


def parse_event(event: Mapping[str, Any]) -> Order | Refund | None:
    """The order or refund to store for an event; None for an event that does not concern the shop.

    Raises LookupError, TypeError or ValueError for an event that Stripe would not send.
    """
    kind, subject = event["type"], event["data"]["object"]
    if kind not in (*_PAID, _REFUNDED) or not _is_ours(subject["metadata"]):
        return None
    created = datetime.fromtimestamp(_positive(event["created"], _MAX_TIMESTAMP), UTC)
    return _order(subject, created) if kind in _PAID else _refund(subject, created)


def _is_ours(metadata: Mapping[str, Any] | None) -> bool:
    # Another system may use the same account at Stripe for its own payments.
    slug = (metadata or {}).get("product_slug")
    return isinstance(slug, str) and is_slug(slug)


def _order(session: Mapping[str, Any], created: datetime) -> Order | None:
    # Stripe reports a payment that takes days now, and again when the money has arrived.
    if session["payment_status"] != "paid":
        return None
    return Order(
        session_id=_matching(session["id"], _SESSION_ID),
        payment_intent=_matching(session["payment_intent"], _PAYMENT_INTENT),
        product_slug=session["metadata"]["product_slug"],
        product_name=_name(session["metadata"]["product_name"]),
        total=_positive(session["amount_total"], _MAX_AMOUNT),
        currency=_currency(session["currency"]),
        paid_at=created,
    )


def _refund(charge: Mapping[str, Any], created: datetime) -> Refund:
    return Refund(
        payment_intent=_matching(charge["payment_intent"], _PAYMENT_INTENT),
        amount=_positive(charge["amount_refunded"], _MAX_AMOUNT),
        refunded_at=created,
    )


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{value!r:.40} is not an id")
    return value


def _positive(value: object, maximum: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= maximum:
        raise ValueError(f"{value!r:.40} is out of range")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or text_problem(value, MAX_LENGTHS["name"], multiline=False):
        raise ValueError(f"{value!r:.40} is not a product's name")
    return value


def _currency(value: object) -> str:
    if not isinstance(value, str) or value not in DECIMALS:
        raise ValueError(f"{value!r:.40} is not a currency of this shop")
    return value
