"""Starting a payment at Stripe, asking Stripe about it, and cancelling unpaid orders."""

from datetime import datetime, timedelta

from django.urls import get_script_prefix
from django.utils import timezone

from rocket.orders import rules as orders
from rocket.orders.models import Order, OrderState
from rocket.orders.unpaid import RESERVATION
from rocket.payments import events, ledger
from rocket.payments.errors import InvalidEvent, StripeUnavailable, no_key
from rocket.payments.gateway import CheckoutRequest, Gateway, LineItem

PAGE_LIFETIME = RESERVATION + timedelta(minutes=32)
"""The time after which Stripe itself closes the payment page of an order.

Stripe accepts times that are at least 30 minutes ahead, also for the last buyer who starts to pay.
The shop closes a page earlier: when the reservation has expired.
"""


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
        expires_at=order.placed_at + PAGE_LIFETIME,
    )


def start(gateway: Gateway, order: Order) -> str:
    """Opens the payment page of an order and returns its URL.

    Raises `StripeUnavailable` and `OrderNotPayable`.
    """
    if not orders.is_payable(order, timezone.now()):
        raise OrderNotPayable
    if page := _open_page(gateway, order):
        return page
    session_id, url = gateway.open_session(checkout_request(order))
    awaiting = Order.objects.filter(pk=order.pk, state=OrderState.AWAITING)
    if not awaiting.update(session_id=session_id):
        gateway.close_session(session_id)
        raise OrderNotPayable
    return url


def _open_page(gateway: Gateway, order: Order) -> str | None:
    """The URL of the payment page that the order has, or None if there is none that is open.

    Another request for a page would return the same one, but only with the same parameters. Stripe
    refuses it if another release of the shop, with other parameters, has opened the page.
    """
    session = gateway.session(order.session_id) if order.session_id else None
    return session.get("url") if session and session.get("status") == "open" else None


def check(gateway: Gateway, order: Order, now: datetime) -> None:
    """Asks Stripe about the payment page of an order, and applies the response like an event.

    Raises `StripeUnavailable`.
    """
    session = gateway.session(order.session_id)
    try:
        change = events.parse_session(session) if session else events.PaymentFailed(order.key)
    except InvalidEvent as error:
        raise StripeUnavailable("bad-response", "get-session", str(error)) from error
    if change is not None:
        ledger.record_response(change, now)


def cancel(gateway: Gateway | None, order: Order, *, refill_cart: bool = False) -> bool:
    """Closes the payment page of an order, then cancels the order. Returns False if it was paid.

    The page must be closed first: otherwise the visitor could pay after the stock was sold to
    another visitor. Raises `StripeUnavailable`.
    """
    if order.session_id:
        if gateway is None:
            raise no_key("close-session")
        if not gateway.close_session(order.session_id):
            check(gateway, order, timezone.now())
            return False
    return orders.cancel(order.pk, refill_cart=refill_cart)
