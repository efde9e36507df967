"""Parses Stripe's events and responses into the changes that the shop acts on. No effects."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from appkit.delivery import Delivery, delivery_of
from rocket import money
from rocket.payments.errors import InvalidEvent


@dataclass(frozen=True, slots=True)
class PaymentSucceeded:
    """A Checkout session was paid."""

    order_key: str
    intent: str
    amount: int
    currency: str
    email: str
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class PaymentPending:
    """A Checkout session was completed with a payment method that can take days."""

    order_key: str


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """A Checkout session expired, or its payment failed."""

    order_key: str


@dataclass(frozen=True, slots=True)
class RefundChanged:
    """A refund was created, or changed its status."""

    refund_id: str
    intent: str
    amount: int
    currency: str
    failed: bool
    """Whether the refund failed or was cancelled, so that the shop has the money again."""


# A session stays complete and unpaid while a payment takes days, and after it has failed. Only the
# status of the payment intent differs.
_FAILED_INTENTS = ("requires_payment_method", "canceled")

type OrderChange = PaymentSucceeded | PaymentPending | PaymentFailed
type Change = OrderChange | RefundChanged


@dataclass(frozen=True, slots=True)
class StripeEvent:
    """A webhook event that concerns this shop."""

    stripe_id: str
    kind: str
    happened_at: datetime
    change: Change


def parse(event: Mapping[str, Any]) -> StripeEvent | None:
    """Parses a verified event. Returns `None` if it does not concern this shop.

    Raises `InvalidEvent`.
    """
    try:
        kind, content = _text(event, "type"), event["data"]["object"]
        change = _parse_change(kind, content)
        if change is None:
            return None
        happened_at = datetime.fromtimestamp(_amount(event, "created"), UTC)
        return StripeEvent(_text(event, "id"), kind, happened_at, change)
    except (LookupError, TypeError, ValueError) as error:
        raise InvalidEvent("a field is missing or malformed") from error


def _parse_change(kind: str, content: Mapping[str, Any]) -> Change | None:
    match kind:
        case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
            return _parse_session(content)
        case "checkout.session.expired" | "checkout.session.async_payment_failed":
            if not _is_ours(content):
                return None
            return PaymentFailed(_text(content, "client_reference_id"))
        case "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated":
            return _parse_refund(content)
    return None


def _parse_session(session: Mapping[str, Any]) -> PaymentSucceeded | PaymentPending | None:
    if not _is_ours(session) or _currency(session) not in money.CURRENCIES:
        return None
    order_key = _text(session, "client_reference_id")
    if session["payment_status"] == "unpaid":
        return PaymentPending(order_key)
    if session["payment_status"] != "paid":
        return None
    customer = session["customer_details"] or {"email": None}
    return PaymentSucceeded(
        order_key=order_key,
        intent=_text(session, "payment_intent"),
        amount=_amount(session, "amount_total"),
        currency=_currency(session),
        email=_text(customer, "email", max_length=254) if customer["email"] is not None else "",
        delivery=delivery_of(session),
    )


def parse_session(session: Mapping[str, Any]) -> OrderChange | None:
    """Parses a session that Stripe returned, with its payment intent as an object.

    Returns `None` while the session can still be paid. Raises `InvalidEvent`.
    """
    try:
        order_key = _text(session, "client_reference_id")
        match session["status"]:
            case "open":
                return None
            case "expired":
                return PaymentFailed(order_key)
            case "complete":
                return _parse_complete_session(session, order_key)
    except (LookupError, TypeError, ValueError) as error:
        raise InvalidEvent("a field of a session is missing or malformed") from error
    raise InvalidEvent("the status of a session is unknown")


def _parse_complete_session(session: Mapping[str, Any], order_key: str) -> OrderChange:
    intent = session["payment_intent"] or {}
    if session["payment_status"] == "unpaid" and intent.get("status") in _FAILED_INTENTS:
        return PaymentFailed(order_key)
    change = _parse_session({**session, "payment_intent": intent.get("id")})
    # The shop opens only sessions with an amount, so one that needs no payment is never paid.
    return PaymentFailed(order_key) if change is None else change


def parse_refund(refund: Mapping[str, Any]) -> RefundChanged | None:
    """Parses a refund that Stripe returned. Raises `InvalidEvent`."""
    try:
        return _parse_refund(refund)
    except (LookupError, TypeError, ValueError) as error:
        raise InvalidEvent("a field of a refund is missing or malformed") from error


def _parse_refund(refund: Mapping[str, Any]) -> RefundChanged | None:
    if refund["payment_intent"] is None or _currency(refund) not in money.CURRENCIES:
        return None
    return RefundChanged(
        refund_id=_text(refund, "id"),
        intent=_text(refund, "payment_intent"),
        amount=_amount(refund, "amount"),
        currency=_currency(refund),
        failed=refund["status"] in ("failed", "canceled"),
    )


def _is_ours(session: Mapping[str, Any]) -> bool:
    return session["client_reference_id"] is not None


def _text(content: Mapping[str, Any], name: str, max_length: int = 255) -> str:
    value = content[name]
    if not isinstance(value, str) or not 0 < len(value) <= max_length:
        raise ValueError(name)
    # Postgres rejects some characters that are not printable, such as NUL.
    if not value.isprintable():
        raise ValueError(name)
    return value


def _amount(content: Mapping[str, Any], name: str) -> int:
    value = content[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise ValueError(name)
    return value


def _currency(content: Mapping[str, Any]) -> str:
    return _text(content, "currency").upper()
