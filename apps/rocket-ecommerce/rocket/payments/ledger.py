"""Records payments and refunds in the ledger and updates the orders.

Stripe reports a change by a webhook event, and by its response when the shop asks. Both have the
same effect, so it does not matter if an event is lost, or which of the two comes first.

Stripe repeats an event until it is acknowledged. Events can arrive twice, in any order and at any
replica. The database makes this idempotent: the key of an event and the reference of an entry are
unique, and a payment is locked while it changes. The order of the events does not matter.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Q, Sum

from rocket.orders import rules as orders
from rocket.orders.models import Order
from rocket.payments.events import (
    Change,
    OrderChange,
    PaymentFailed,
    PaymentPending,
    PaymentSucceeded,
    RefundChanged,
    StripeEvent,
)
from rocket.payments.models import Entry, Event, Payment

type Result = Literal["recorded", "known", "ignored"]

logger = logging.getLogger(__name__)


def record(stripe_event: StripeEvent, now: datetime) -> Result:
    """Applies an event. Returns "known" if it was applied before.

    Returns "ignored" if the order is unknown: another shop may use the same Stripe account.
    """
    with transaction.atomic():
        event, is_new = Event.objects.get_or_create(
            stripe_id=stripe_event.stripe_id,
            defaults={
                "kind": stripe_event.kind,
                "happened_at": stripe_event.happened_at,
                "received_at": now,
            },
        )
        if not is_new:
            return "known"
        report = _Report(stripe_event.happened_at, now, event)
        if not _apply(stripe_event.change, report):
            event.delete()
            return "ignored"
        return "recorded"


def record_response(change: Change, now: datetime) -> None:
    """Applies a change that Stripe reported in a response, in the same way as an event."""
    with transaction.atomic():
        _apply(change, _Report(now, now, None))


@dataclass(frozen=True, slots=True)
class _Report:
    """When and how Stripe reported a change."""

    happened_at: datetime
    received_at: datetime
    event: Event | None


def _apply(change: Change, report: _Report) -> bool:
    """Returns False if the change concerns no order of this shop."""
    if isinstance(change, RefundChanged):
        _record_refund(change, report)
        return True
    order = Order.objects.filter(key=change.order_key).first()
    if order is None:
        return False
    _record_order_change(change, order, report)
    return True


def _record_order_change(change: OrderChange, order: Order, report: _Report) -> None:
    match change:
        case PaymentSucceeded():
            payment = _locked_payment(change.intent)
            if payment.order_id is None:
                payment.order = order
                payment.save(update_fields=["order"])
            if payment.order_id != order.pk:
                logger.error("order %s is not paid by %s of another order", order, change.intent)
                return
            kind = Entry.Kind.PAYMENT
            _add_entry(payment, kind, change.intent, change.amount, change.currency, report)
            Order.objects.filter(pk=order.pk).update(**_contact(change))
            _reconcile(order, report.received_at)
        case PaymentPending():
            orders.mark_processing(order.pk)
        case PaymentFailed():
            orders.cancel(order.pk)


def _contact(change: PaymentSucceeded) -> Mapping[str, str]:
    """The changed fields of the order. A report without an address keeps the stored one."""
    if change.delivery is None:
        return {"email": change.email}
    recipient, address = change.delivery.recipient, change.delivery.address
    return {"email": change.email, "recipient": recipient, "address": address}


def _record_refund(refund: RefundChanged, report: _Report) -> None:
    payment = _locked_payment(refund.intent)
    reference, amount, kinds = refund.refund_id, refund.amount, Entry.Kind
    _add_entry(payment, kinds.REFUND, reference, -amount, refund.currency, report)
    if refund.failed:
        _add_entry(payment, kinds.RETURN, reference, amount, refund.currency, report)
    if payment.order is not None:
        _reconcile(payment.order, report.received_at)


def _locked_payment(intent: str) -> Payment:
    Payment.objects.get_or_create(intent=intent)
    return Payment.objects.select_for_update().get(intent=intent)


def _add_entry(
    payment: Payment, kind: Entry.Kind, reference: str, amount: int, currency: str, report: _Report
) -> None:
    """Adds an entry unless an entry with the same kind and reference exists."""
    Entry.objects.get_or_create(
        kind=kind,
        reference=reference,
        defaults={
            "payment": payment,
            "amount": amount,
            "currency": currency,
            "happened_at": report.happened_at,
            "event": report.event,
        },
    )


def _reconcile(order: Order, now: datetime) -> None:
    sums = Entry.objects.filter(payment__order=order, currency=order.currency).aggregate(
        paid=Sum("amount", filter=Q(kind=Entry.Kind.PAYMENT), default=0),
        balance=Sum("amount", default=0),
    )
    state = orders.reconcile(order.pk, paid=sums["paid"], balance=sums["balance"], now=now)
    logger.info("order %s is reconciled: %s", order, state)
