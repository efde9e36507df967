"""Leading a buyer to Stripe, and giving an order up only once Stripe takes no money for it."""

import logging
from datetime import datetime

from django.urls import get_script_prefix

from rocket.orders import rules as orders
from rocket.orders.models import Order, State
from rocket.payments.gateway import Gateway, Item, Purchase, StripeDown

SWEPT = 3
"""The most overdue orders that one request looks after: each may ask Stripe."""

logger = logging.getLogger(__name__)


class OrderGone(Exception):
    """The order was cancelled or paid meanwhile."""


def purchase(order: Order) -> Purchase:
    return Purchase(
        key=order.key,
        number=order.number,
        # Without the prefix of this request: the public address brings its own.
        page=order.get_absolute_url().removeprefix(get_script_prefix()),
        currency=order.currency,
        items=[
            Item(f"{line.product}, {line.version}", line.unit, line.quantity)
            for line in order.lines.all()
        ],
        reduction=order.reduction,
        code=order.discount_code,
        closes_at=order.reserved_until,
    )


def start(gateway: Gateway, order: Order) -> str:
    """The address of the order's payment page. Raises `StripeDown`, `OrderGone`."""
    session_id, address = gateway.open(purchase(order))
    awaiting = Order.objects.filter(pk=order.pk, state=State.AWAITING)
    if not awaiting.update(session_id=session_id):
        gateway.close(session_id)
        raise OrderGone
    return address


def abandon(gateway: Gateway | None, order: Order, *, refill: bool = False) -> bool:
    """Cancels an order that is not paid. False when it is by now. Raises `StripeDown`.

    A page at Stripe that is open could still be paid, for things that somebody else has by then.
    """
    if order.session_id:
        if gateway is None:
            raise StripeDown("without keys nobody can ask Stripe to close the payment page")
        if not gateway.close(order.session_id):
            # Its event is on its way; meanwhile nobody asks about this order again.
            orders.process(order.pk)
            return False
    return orders.cancel(order.pk, refill=refill)


def sweep(gateway: Gateway | None, now: datetime) -> int:
    """Gives up what was not paid in time, and returns how many orders that were.

    Stripe tells of these by an event as well; this is for the event that never came. It ends when
    Stripe does not answer: each further try would take seconds, too.
    """
    given_up = 0
    for order in orders.overdue(now)[:SWEPT]:
        try:
            given_up += abandon(gateway, order)
        except StripeDown as error:
            logger.warning("%s keeps its stock: %s", order, error)
            break
    return given_up


def refund(gateway: Gateway | None, order: Order) -> bool:
    """Asks Stripe to pay all of an order back. False when nothing was paid.

    Raises `StripeDown`. The order changes when the event about it arrives.
    """
    payments = list(order.payments.all())
    if payments and gateway is None:
        raise StripeDown("without keys nobody can ask Stripe to pay back")
    for payment in payments:
        if gateway is not None:
            gateway.refund(payment.intent)
    return bool(payments)
