"""Finds the orders that wait for Stripe, and asks Stripe about them: an event may be lost.

So each state has a way out: an unpaid order is paid or cancelled, a pending payment succeeds or
fails, a payment that must be refunded is refunded, and a refund that fails is noticed.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from rocket.orders import rules as orders
from rocket.orders.models import UNPAID_STATES, Order, OrderState
from rocket.payments import checkout, refunds
from rocket.payments.errors import StripeRefused, StripeUnavailable
from rocket.payments.gateway import Gateway
from rocket.payments.models import Entry

BATCH = 20
"""The maximum number of orders of a sweep."""

MIN_INTERVAL = timedelta(seconds=30)
AWAITING_INTERVAL = timedelta(minutes=2)
REFUND_INTERVAL = timedelta(minutes=10)
PROCESSING_INTERVAL = timedelta(hours=1)
REFUNDED_INTERVAL = timedelta(hours=12)
RETURN_INTERVAL = timedelta(seconds=5)
"""The minimum times between two requests about an order."""

MAX_PROCESSING_TIME = timedelta(days=14)
"""A pending payment that takes longer counts as failed. If it succeeds later, it is recorded."""

MAX_REFUND_TIME = timedelta(days=35)
"""Until then a refund can fail: a bank has about 30 days to send the money back."""

logger = logging.getLogger(__name__)


def sweep(gateway: Gateway, now: datetime) -> None:
    """Asks Stripe about the orders that are due.

    Each replica sweeps; each order is claimed by one of them. The sweep ends when Stripe is
    unavailable, because each further request would take seconds.
    """
    for order in _due(now)[:BATCH]:
        if not _claim(order, now):
            continue
        try:
            _resolve(gateway, order, now)
        except StripeUnavailable as error:
            logger.warning("order %s cannot be checked: %s", order, error)
            # A problem of this order only does not keep the others from being checked.
            if error.code != "bad-response" and not isinstance(error, StripeRefused):
                return


def check_after_return(gateway: Gateway | None, order: Order, now: datetime) -> None:
    """Asks Stripe about an order whose buyer returns from the payment page."""
    waits = order.state in (OrderState.AWAITING, OrderState.PROCESSING) and order.session_id
    asked_at = order.checked_at
    recently = asked_at is not None and now - RETURN_INTERVAL < asked_at <= now
    if gateway is None or not waits or recently or not _claim(order, now):
        return
    try:
        checkout.check(gateway, order, now)
    except StripeUnavailable as error:
        logger.warning("order %s cannot be checked: %s", order, error)


def _due(now: datetime) -> QuerySet[Order]:
    awaiting = Q(state=OrderState.AWAITING)
    # A time in the future comes from a clock that was wrong.
    is_new = Q(checked_at=None) | Q(checked_at__gt=now)
    recent_refunds = Entry.objects.filter(
        payment__order=OuterRef("pk"),
        kind=Entry.Kind.REFUND,
        happened_at__gt=now - MAX_REFUND_TIME,
    )
    return (
        Order.objects.annotate(last_checked_at=Coalesce("checked_at", "placed_at"))
        .filter(
            awaiting & Q(reserved_until__lte=now) & (is_new | _not_asked_since(now - MIN_INTERVAL))
            | awaiting & ~Q(session_id="") & Q(last_checked_at__lte=now - AWAITING_INTERVAL)
            | Q(state=OrderState.PROCESSING)
            & (is_new | _not_asked_since(now - PROCESSING_INTERVAL))
            | Q(state=OrderState.REFUND_DUE) & (is_new | _not_asked_since(now - REFUND_INTERVAL))
            | Exists(recent_refunds) & (is_new | _not_asked_since(now - REFUNDED_INTERVAL))
        )
        .order_by("last_checked_at", "id")
    )


def _not_asked_since(moment: datetime) -> Q:
    return Q(checked_at__lte=moment)


def _claim(order: Order, now: datetime) -> bool:
    """Returns False if another replica has claimed the order in the meantime."""
    unchanged = Order.objects.filter(pk=order.pk, checked_at=order.checked_at)
    return bool(unchanged.update(checked_at=now))


def _resolve(gateway: Gateway, order: Order, now: datetime) -> None:
    if order.state == OrderState.REFUND_DUE:
        refunds.request_refund(gateway, order)
        return
    if order.state not in UNPAID_STATES:
        refunds.check_refunds(gateway, order)
        return
    if order.session_id:
        checkout.check(gateway, order, now)
        order.refresh_from_db()
    if order.state == OrderState.AWAITING and order.reserved_until <= now:
        checkout.cancel(gateway, order)
    if order.state == OrderState.PROCESSING and order.placed_at <= now - MAX_PROCESSING_TIME:
        logger.error("the payment of order %s is pending for too long: it is cancelled", order)
        orders.cancel(order.pk)
