"""Turns an event or a session of Stripe into a report. Pure functions, without a database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from appkit.delivery import Delivery, delivery_of
from shop.models import Order, Refund
from shop.money import DECIMALS
from shop.product_rules import MAX_LENGTHS, is_slug, text_problem


@dataclass(frozen=True)
class Pending:
    """The buyer has completed the session, but the money has not arrived: a bank transfer."""

    session_id: str


@dataclass(frozen=True)
class Ended:
    """The session will never be paid: it expired, or its payment failed."""

    session_id: str


@dataclass(frozen=True)
class RefundFailed:
    """A refund of the payment failed or was cancelled, so that the shop has its money again."""

    payment_intent: str


type Report = Order | Refund | Pending | Ended | RefundFailed

_COMPLETED = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
_ENDED = {"checkout.session.expired", "checkout.session.async_payment_failed"}
_REFUNDED = "charge.refunded"
# Stripe sends the last one to endpoints with an older version of its API.
_REFUND_CHANGED = {"refund.failed", "refund.updated", "charge.refund.updated"}

_SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,250}")
_PAYMENT_INTENT = re.compile(r"pi_[A-Za-z0-9_]{1,250}")
_FAILED_INTENTS = {"requires_payment_method", "canceled"}
_FAILED_REFUNDS = {"failed", "canceled"}
_MAX_AMOUNT = 10**12
_MAX_TIMESTAMP = 2**32


def is_session_id(text: str) -> bool:
    """Whether a text has the form of the id of a session at Stripe."""
    return _SESSION_ID.fullmatch(text) is not None


def parse_event(event: Mapping[str, Any]) -> Report | None:
    """The report of an event; None for an event that does not concern the shop.

    Raises LookupError, TypeError or ValueError for an event that Stripe would not send.
    """
    kind, subject = event["type"], event["data"]["object"]
    if kind in _REFUND_CHANGED:
        return _failed_refund(subject)
    if kind not in (*_COMPLETED, *_ENDED, _REFUNDED) or not _is_ours(subject["metadata"]):
        return None
    created = datetime.fromtimestamp(_positive(event["created"], _MAX_TIMESTAMP), UTC)
    if kind in _ENDED:
        return Ended(_matching(subject["id"], _SESSION_ID))
    return _completed(subject, created) if kind in _COMPLETED else parse_charge(subject, created)


def parse_session(session: Mapping[str, Any], at: datetime) -> Report | None:
    """The report of a session that Stripe returned at a time; None while it can still be paid.

    `payment_intent` is expanded. Raises LookupError, TypeError or ValueError for a session that
    Stripe would not return, such as one with an unknown status.
    """
    match session["status"]:
        case "open":
            return None
        case "expired":
            return Ended(_matching(session["id"], _SESSION_ID))
        case "complete":
            intent = session["payment_intent"] or {}
            completed = _completed({**session, "payment_intent": intent.get("id")}, at)
            # An unpaid session has the same status while the money is on its way and for ever
            # after the payment has failed. Only its payment intent shows which.
            if isinstance(completed, Pending) and intent.get("status") in _FAILED_INTENTS:
                return Ended(completed.session_id)
            return completed
    raise ValueError(f"{session['status']!r:.40} is not a status of a session")


def parse_charge(charge: Mapping[str, Any], at: datetime) -> Refund:
    """The refunded part of a charge. Raises LookupError, TypeError or ValueError."""
    return Refund(
        payment_intent=_matching(charge["payment_intent"], _PAYMENT_INTENT),
        amount=_positive(charge["amount_refunded"], _MAX_AMOUNT),
        refunded_at=at,
    )


def _failed_refund(refund: Mapping[str, Any]) -> RefundFailed | None:
    # A refund does not have the metadata of its payment. It is ours if the shop knows the payment.
    if refund["status"] not in _FAILED_REFUNDS or refund["payment_intent"] is None:
        return None
    return RefundFailed(_matching(refund["payment_intent"], _PAYMENT_INTENT))


def _is_ours(metadata: Mapping[str, Any] | None) -> bool:
    # Another system may use the same account at Stripe for its own payments.
    slug = (metadata or {}).get("product_slug")
    return isinstance(slug, str) and is_slug(slug)


def _completed(session: Mapping[str, Any], at: datetime) -> Order | Pending | Ended:
    # Stripe reports a payment that takes days now, and again when the money has arrived.
    session_id = _matching(session["id"], _SESSION_ID)
    if session["payment_status"] == "no_payment_required":
        # The shop starts no such payment: an amount was due, and it will not be paid.
        return Ended(session_id)
    if session["payment_status"] != "paid":
        return Pending(session_id)
    delivery = delivery_of(session) or Delivery("", "")
    return Order(
        session_id=session_id,
        payment_intent=_matching(session["payment_intent"], _PAYMENT_INTENT),
        product_slug=session["metadata"]["product_slug"],
        product_name=_name(session["metadata"]["product_name"]),
        total=_positive(session["amount_total"], _MAX_AMOUNT),
        currency=_currency(session["currency"]),
        paid_at=at,
        recipient=delivery.recipient,
        address=delivery.address,
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
