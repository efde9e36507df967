"""Stripe's events: what they say, and their one effect on ledger and orders.

Stripe sends an event until it is answered, perhaps twice, in any order, to any replica. An event's
key and an entry's reference are unique in the database, and a payment is locked while it changes:
so each takes effect once, and the same events lead to the same end.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import Q, Sum

from rocket import money
from rocket.orders import rules as orders
from rocket.orders.models import Order
from rocket.payments.gateway import ForgedEvent
from rocket.payments.models import Entry, Event, Payment

type Outcome = Literal["recorded", "known", "ignored"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Paid:
    """An order's session was paid."""

    order: str
    intent: str
    amount: int
    currency: str
    email: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment was begun that takes days."""

    order: str


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A session ended without money."""

    order: str


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money went back; or was to go, and `returned`."""

    refund: str
    intent: str
    amount: int
    currency: str
    returned: bool


type Fact = Paid | Begun | Unpaid | Refunded


@dataclass(frozen=True, slots=True)
class Notice:
    """An event of ours: who it is, when it was, what it says."""

    stripe_id: str
    kind: str
    happened_at: datetime
    fact: Fact


def read(event: Mapping[str, Any]) -> Notice | None:
    """What a signed event says; `None` when it is about nothing of ours. Raises `ForgedEvent`."""
    try:
        kind, thing = _text(event, "type"), event["data"]["object"]
        fact = _fact(kind, thing)
        if fact is None:
            return None
        happened_at = datetime.fromtimestamp(_amount(event, "created"), UTC)
        return Notice(_text(event, "id"), kind, happened_at, fact)
    except (LookupError, TypeError, ValueError) as error:
        raise ForgedEvent("not an event") from error


def record(notice: Notice, now: datetime) -> Outcome:
    """Gives an event its effect, the first time that it arrives."""
    with transaction.atomic():
        event, is_new = Event.objects.get_or_create(
            stripe_id=notice.stripe_id,
            defaults={
                "kind": notice.kind,
                "happened_at": notice.happened_at,
                "received_at": now,
            },
        )
        if not is_new:
            return "known"
        match notice.fact:
            case Refunded() as refund:
                return _record_refund(refund, event)
            case Paid() | Begun() | Unpaid() as fact:
                order = Order.objects.filter(key=fact.order).first()
                if order is None:
                    # Another shop on the same account has its own sessions.
                    event.delete()
                    return "ignored"
                _record_of_order(fact, order, event)
    return "recorded"


def _record_of_order(fact: Paid | Begun | Unpaid, order: Order, event: Event) -> None:
    match fact:
        case Paid():
            payment = _locked(fact.intent)
            if payment.order_id is None:
                payment.order = order
                payment.save(update_fields=["order"])
            _enter(payment, Entry.Kind.PAYMENT, fact.intent, fact.amount, fact.currency, event)
            Order.objects.filter(pk=order.pk).update(email=fact.email)
            _settle(order, event.received_at)
        case Begun():
            orders.process(order.pk)
        case Unpaid():
            orders.cancel(order.pk)


def _record_refund(refund: Refunded, event: Event) -> Outcome:
    payment = _locked(refund.intent)
    kinds = Entry.Kind
    _enter(payment, kinds.REFUND, refund.refund, -refund.amount, refund.currency, event)
    if refund.returned:
        _enter(payment, kinds.RETURN, refund.refund, refund.amount, refund.currency, event)
    if payment.order is not None:
        _settle(payment.order, event.received_at)
    return "recorded"


def _locked(intent: str) -> Payment:
    Payment.objects.get_or_create(intent=intent)
    return Payment.objects.select_for_update().get(intent=intent)


def _enter(
    payment: Payment, kind: Entry.Kind, reference: str, amount: int, currency: str, event: Event
) -> None:
    Entry.objects.get_or_create(
        kind=kind,
        reference=reference,
        defaults={
            "payment": payment,
            "amount": amount,
            "currency": currency,
            "happened_at": event.happened_at,
            "event": event,
        },
    )


def _settle(order: Order, now: datetime) -> None:
    sums = Entry.objects.filter(payment__order=order, currency=order.currency).aggregate(
        paid=Sum("amount", filter=Q(kind=Entry.Kind.PAYMENT), default=0),
        balance=Sum("amount", default=0),
    )
    state = orders.settle(order.pk, paid=sums["paid"], balance=sums["balance"], now=now)
    logger.info("%s: %s", order, state)


def _fact(kind: str, thing: Mapping[str, Any]) -> Fact | None:
    match kind:
        case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
            return _session(thing)
        case "checkout.session.expired" | "checkout.session.async_payment_failed":
            return Unpaid(_text(thing, "client_reference_id")) if _is_ours(thing) else None
        case "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated":
            return _refund(thing)
    return None


def _session(session: Mapping[str, Any]) -> Paid | Begun | None:
    if not _is_ours(session) or _currency(session) not in money.CURRENCIES:
        return None
    order = _text(session, "client_reference_id")
    if session["payment_status"] == "unpaid":
        return Begun(order)
    if session["payment_status"] != "paid":
        return None
    buyer = session["customer_details"] or {"email": None}
    return Paid(
        order=order,
        intent=_text(session, "payment_intent"),
        amount=_amount(session, "amount_total"),
        currency=_currency(session),
        email=_text(buyer, "email", most=254) if buyer["email"] is not None else "",
    )


def _refund(refund: Mapping[str, Any]) -> Refunded | None:
    if refund["payment_intent"] is None or _currency(refund) not in money.CURRENCIES:
        return None
    return Refunded(
        refund=_text(refund, "id"),
        intent=_text(refund, "payment_intent"),
        amount=_amount(refund, "amount"),
        currency=_currency(refund),
        returned=refund["status"] in ("failed", "canceled"),
    )


def _is_ours(session: Mapping[str, Any]) -> bool:
    return session["client_reference_id"] is not None


def _text(thing: Mapping[str, Any], name: str, most: int = 255) -> str:
    value = thing[name]
    # Nothing that is not printable: a database refuses some of that.
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        raise ValueError(name)
    return value


def _amount(thing: Mapping[str, Any], name: str) -> int:
    value = thing[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise ValueError(name)
    return value


def _currency(thing: Mapping[str, Any]) -> str:
    return _text(thing, "currency").upper()
