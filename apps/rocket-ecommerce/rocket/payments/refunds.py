"""Refunds, which the shop requests from Stripe."""

from rocket.orders.models import Order
from rocket.payments.gateway import Gateway, no_key


def request_refund(gateway: Gateway | None, order: Order) -> bool:
    """Requests a full refund of an order. Returns False if the order has no payment.

    The state of the order changes when the event about the refund arrives. Raises
    `StripeUnavailable`.
    """
    payments = list(order.payments.all())
    if not payments:
        return False
    if gateway is None:
        raise no_key("refund")
    for payment in payments:
        gateway.refund(payment.intent)
    return True
