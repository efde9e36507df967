"""Refunds, which the shop requests from Stripe."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from rocket.orders.models import Order
from rocket.payments import events, ledger
from rocket.payments.errors import Action, InvalidEvent, StripeUnavailable, no_key
from rocket.payments.gateway import Gateway


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
        _record("refund", gateway.refund(payment.intent))
    return True


def check_refunds(gateway: Gateway, order: Order) -> None:
    """Asks Stripe about the refunds of an order: one can fail days after it was accepted.

    Raises `StripeUnavailable`.
    """
    for payment in order.payments.all():
        for refund in gateway.refunds(payment.intent):
            _record("list-refunds", refund)


def _record(action: Action, refund: Mapping[str, Any]) -> None:
    try:
        change = events.parse_refund(refund)
    except InvalidEvent as error:
        raise StripeUnavailable("bad-response", action, str(error)) from error
    if change is not None:
        ledger.record_response(change, timezone.now())
