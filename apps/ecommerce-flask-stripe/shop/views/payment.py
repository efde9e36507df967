"""The way to Stripe and back, and the webhook that records payments."""

import logging
import secrets
from datetime import datetime
from typing import NoReturn

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask import session as cookie
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests
from werkzeug.wrappers import Response

from appkit.flask.csrf import csrf_exempt
from appkit.flask.database import session
from appkit.limits import TooOften
from shop import payments, refunds
from shop.checkout import (
    CHECKOUT,
    RETRY_SECONDS,
    Checkout,
    CheckoutDownError,
    ForgedEventError,
)
from shop.models import Order, Product, Refund, now
from shop.orders import order_at, record
from shop.stock import product_at
from shop.stripe_events import RefundFailed, is_session_id
from shop.views.lookup import requested_product

pages = Blueprint("payment", __name__)

logger = logging.getLogger(__name__)


def _checkout() -> Checkout:
    checkout: Checkout | None = current_app.config[CHECKOUT]
    if checkout is None:
        abort(404, "Checkout is switched off in this shop.")
    return checkout


@pages.post("/products/<slug>/checkout")
def start(slug: str) -> Response:
    """Redirects a buyer to Stripe's page for one piece of a product."""
    checkout = _checkout()
    product = requested_product(slug)
    visitor = cookie.setdefault("visitor", secrets.token_urlsafe(16))
    started = now()
    page = payments.page_of_payment(session(), product, visitor, started)
    return redirect(page or _start(checkout, product, visitor, started), 303)


def _start(checkout: Checkout, product: Product, visitor: str, started: datetime) -> str:
    """Starts a payment, and returns Stripe's page for it."""
    # A commit would make the session load the product again.
    session().expunge(product)
    try:
        address = request.remote_addr or ""
        payment_id = payments.reserve(session(), product, visitor, address, started)
    except TooOften as error:
        _refuse(error)
    # Releases the database connection while the request to Stripe runs.
    session().close()
    try:
        session_id, page = checkout.start(product, started + payments.LIFETIME)
    except CheckoutDownError as error:
        payments.release(session(), payment_id)
        raise ServiceUnavailable(
            "Stripe does not respond at the moment. Nothing was charged; try again shortly.",
            retry_after=RETRY_SECONDS,
        ) from error
    payments.started(session(), payment_id, session_id, page)
    return page


def _refuse(error: TooOften) -> NoReturn:
    raise TooManyRequests(
        "There are payments that were started and not finished. Finish one of them: the button of"
        f" its product leads back to it. Or wait: a new one is possible in {error.wait}.",
        retry_after=error.seconds,
    ) from error


@pages.get("/checkout/success")
def success() -> str:
    """Stripe redirects a buyer here after a payment. If its webhook is missing, it is checked."""
    checkout = _checkout()
    session_id = request.args.get("session_id", "")
    if not is_session_id(session_id):
        abort(404, "This is not the address of a payment.")
    order = order_at(session(), session_id)
    if order is None:
        payments.check_after_return(session(), checkout, session_id, now())
        order = order_at(session(), session_id)
    is_open = order is None and payments.is_open(session(), session_id)
    return render_template("success.html", order=order, is_open=is_open, session_id=session_id)


@pages.get("/checkout/cancelled")
def cancelled() -> str:
    """Stripe redirects a buyer here who has cancelled the payment."""
    _checkout()
    product = product_at(session(), request.args.get("product", ""))
    return render_template("cancelled.html", product=product)


@pages.post("/stripe/webhook")
@csrf_exempt
def webhook() -> tuple[dict[str, str], int]:
    """Receives Stripe's events. An event has an effect once, however often Stripe sends it."""
    checkout = _checkout()
    try:
        reported = checkout.read_event(request.data, request.headers.get("Stripe-Signature", ""))
    except ForgedEventError as error:
        logger.warning("an event was refused: %s", error)
        return {"status": "refused"}, 400
    if reported is None:
        return {"status": "ignored"}, 200
    # Read before it is stored: another replica may delete the row at once.
    refunded = reported.payment_intent if isinstance(reported, Refund | RefundFailed) else None
    is_new = record(session(), reported)
    if refunded is not None:
        refunds.check_after_event(session(), checkout, refunded, now())
    if is_new:
        return {"status": "recorded"}, 200
    return {"status": "known" if isinstance(reported, Order | Refund) else "ignored"}, 200
