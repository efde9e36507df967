"""To Stripe and back, and Stripe's own word on what was paid."""

import logging

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from appkit.flask.csrf import csrf_exempt
from appkit.flask.database import session
from shop.checkout import (
    CHECKOUT,
    Checkout,
    CheckoutDownError,
    ForgedEventError,
)
from shop.events import is_session_id
from shop.orders import order_at, record
from shop.shelf import product_at
from shop.views.lookup import asked_product

pages = Blueprint("payment", __name__)

logger = logging.getLogger(__name__)


def _checkout() -> Checkout:
    checkout: Checkout | None = current_app.config[CHECKOUT]
    if checkout is None:
        abort(404, "Checkout is switched off in this shop.")
    return checkout


@pages.post("/products/<slug>/checkout")
def start(slug: str) -> Response:
    """Send a buyer to Stripe's page for one piece of a product."""
    checkout = _checkout()
    product = asked_product(slug)
    # No connection to the database is held while Stripe takes its time.
    session().close()
    try:
        return redirect(checkout.start(product), 303)
    except CheckoutDownError:
        abort(503, "We can't reach Stripe just now. Nothing was charged; try again in a moment.")


@pages.get("/checkout/success")
def success() -> str:
    """Where Stripe sends a buyer back to. A typed address makes no order, only a webhook does."""
    _checkout()
    session_id = request.args.get("session_id", "")
    if not is_session_id(session_id):
        abort(404, "This is not the address of a payment.")
    order = order_at(session(), session_id)
    return render_template("success.html", order=order, session_id=session_id)


@pages.get("/checkout/cancelled")
def cancelled() -> str:
    """Where Stripe sends a buyer back to who changed their mind."""
    _checkout()
    product = product_at(session(), request.args.get("product", ""))
    return render_template("cancelled.html", product=product)


@pages.post("/stripe/webhook")
@csrf_exempt
def webhook() -> tuple[dict[str, str], int]:
    """Stripe's events: signed, recent, and each with one effect however often it arrives."""
    checkout = _checkout()
    try:
        told = checkout.told(request.data, request.headers.get("Stripe-Signature", ""))
    except ForgedEventError as error:
        logger.warning("an event was refused: %s", error)
        return {"status": "refused"}, 400
    if told is None:
        return {"status": "ignored"}, 200
    return {"status": "recorded" if record(session(), told) else "known"}, 200
