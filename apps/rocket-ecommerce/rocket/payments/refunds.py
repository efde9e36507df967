"""Refunds, which the shop requests from Stripe."""

from django.utils import timezone

from rocket.orders.models import Order
from rocket.payments import events, ledger
from rocket.payments.gateway import Gateway, InvalidEvent, StripeUnavailable, no_key


def request_refund(gateway: Gateway | None, order: Order) -> bool:
    """Requests a full refund of an order. Returns False if the order has no payment.

    Stripe's response and its event about the refund have the same effect. Raises
    `StripeUnavailable`.
    """
    payments = list(order.payments.all())
    if not payments:
        return False
    if gateway is None:
        raise no_key("refund")
    for payment in payments:
        try:
            change = events.parse_refund(gateway.refund(payment.intent))
        except InvalidEvent as error:
            raise StripeUnavailable("bad-response", "refund", str(error)) from error
        if change is not None:
            ledger.record_response(change, timezone.now())
    return True
