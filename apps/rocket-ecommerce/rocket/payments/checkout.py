"""Starting a payment at Stripe, and cancelling orders that were not paid."""

import logging
from datetime import datetime

from django.urls import get_script_prefix

from rocket.orders import rules as orders
from rocket.orders.models import Order, OrderState
from rocket.payments.gateway import CheckoutRequest, Gateway, LineItem, StripeUnavailable, no_key

MAX_CANCELLED_PER_REQUEST = 3
"""The maximum number of overdue orders: the cancellation of each may need a request to Stripe."""

logger = logging.getLogger(__name__)


class OrderNotPayable(Exception):
    """The order was cancelled or paid in the meantime."""


def checkout_request(order: Order) -> CheckoutRequest:
    return CheckoutRequest(
        order_key=order.key,
        order_number=order.number,
        # The gateway adds the public URL, which includes the prefix.
        order_path=order.get_absolute_url().removeprefix(get_script_prefix()),
        currency=order.currency,
        items=[
            LineItem(f"{line.product}, {line.version}", line.unit, line.quantity)
            for line in order.lines.all()
        ],
        reduction=order.reduction,
        discount_code=order.discount_code,
        expires_at=order.reserved_until,
    )


def start(gateway: Gateway, order: Order) -> str:
    """Opens the payment page of an order and returns its URL.

    Raises `StripeUnavailable` and `OrderNotPayable`.
    """
    session_id, url = gateway.open_session(checkout_request(order))
    awaiting = Order.objects.filter(pk=order.pk, state=OrderState.AWAITING)
    if not awaiting.update(session_id=session_id):
        gateway.close_session(session_id)
        raise OrderNotPayable
    return url


def cancel(gateway: Gateway | None, order: Order, *, refill_cart: bool = False) -> bool:
    """Closes the payment page of an order, then cancels the order. Returns False if it was paid.

    The page must be closed first: otherwise the visitor could pay after the stock was sold to
    another visitor. Raises `StripeUnavailable`.
    """
    if order.session_id:
        if gateway is None:
            raise no_key("close-session")
        if not gateway.close_session(order.session_id):
            # The order was paid and its event will arrive. Until then `overdue` must not find it.
            orders.mark_processing(order.pk)
            return False
    return orders.cancel(order.pk, refill_cart=refill_cart)


def cancel_overdue(gateway: Gateway | None, now: datetime) -> int:
    """Cancels orders that were not paid in time. Returns their number.

    Stripe reports an expired payment page with an event. This function is for events that never
    arrived. It stops when Stripe is unavailable, because each further attempt would take seconds.
    """
    cancelled = 0
    for order in orders.overdue(now)[:MAX_CANCELLED_PER_REQUEST]:
        try:
            cancelled += cancel(gateway, order)
        except StripeUnavailable as error:
            logger.warning("overdue order %s is not cancelled: %s", order, error)
            break
    return cancelled
