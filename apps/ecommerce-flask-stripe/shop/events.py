"""What Stripe's events tell the shop. Pure: an event goes in, what is to be stored comes out."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shop.models import Order, Refund
from shop.money import DECIMALS
from shop.rules import LENGTHS, is_slug, text_problem

_PAID = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
_REFUNDED = "charge.refunded"

_SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,250}")
_PAYMENT_INTENT = re.compile(r"pi_[A-Za-z0-9_]{1,250}")
_LARGEST_AMOUNT = 10**12
_LAST_SECOND = 2**32


def is_session_id(text: str) -> bool:
    """Whether a text that a visitor sent can be the id of a session."""
    return _SESSION_ID.fullmatch(text) is not None


def effect_of(event: Mapping[str, Any]) -> Order | Refund | None:
    """What an event tells us to store; None for one about something else.

    Raises LookupError, TypeError or ValueError for one that Stripe would not send.
    """
    kind, about = event["type"], event["data"]["object"]
    if kind not in (*_PAID, _REFUNDED) or not _is_ours(about["metadata"]):
        return None
    when = datetime.fromtimestamp(_whole(event["created"], _LAST_SECOND), UTC)
    return _order(about, when) if kind in _PAID else _refund(about, when)


def _is_ours(metadata: Mapping[str, Any] | None) -> bool:
    # Another system on the same account at Stripe has its own payments.
    slug = (metadata or {}).get("product_slug")
    return isinstance(slug, str) and is_slug(slug)


def _order(session: Mapping[str, Any], when: datetime) -> Order | None:
    # A payment that takes days is told of now, and again when it has arrived.
    if session["payment_status"] != "paid":
        return None
    return Order(
        session_id=_matching(session["id"], _SESSION_ID),
        payment_intent=_matching(session["payment_intent"], _PAYMENT_INTENT),
        product_slug=session["metadata"]["product_slug"],
        product_name=_name(session["metadata"]["product_name"]),
        total=_whole(session["amount_total"], _LARGEST_AMOUNT),
        currency=_currency(session["currency"]),
        paid_at=when,
    )


def _refund(charge: Mapping[str, Any], when: datetime) -> Refund:
    return Refund(
        payment_intent=_matching(charge["payment_intent"], _PAYMENT_INTENT),
        amount=_whole(charge["amount_refunded"], _LARGEST_AMOUNT),
        refunded_at=when,
    )


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{value!r:.40} is no id")
    return value


def _whole(value: object, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise ValueError(f"{value!r:.40} is out of range")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or text_problem(value, LENGTHS["name"], lines=False):
        raise ValueError(f"{value!r:.40} is no product's name")
    return value


def _currency(value: object) -> str:
    if not isinstance(value, str) or value not in DECIMALS:
        raise ValueError(f"{value!r:.40} is no currency of ours")
    return value
