"""The way to Stripe and back, and the webhook that records payments."""

import logging

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from appkit.flask.csrf import csrf_exempt
from appkit.flask.database import session
from shop.checkout import CHECKOUT, Checkout, CheckoutDownError, ForgedEventError
from shop.orders import order_at, record
from shop.stock import product_at
from shop.stripe_events import is_session_id
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
    # Releases the database connection while the request to Stripe runs.
    session().close()
    try:
        return redirect(checkout.start(product), 303)
    except CheckoutDownError:
        abort(503, "Stripe does not respond at the moment. Nothing was charged; try again shortly.")


@pages.get("/checkout/success")
def success() -> str:
    """Stripe redirects a buyer here after a payment. Only the webhook stores an order."""
    _checkout()
    session_id = request.args.get("session_id", "")
    if not is_session_id(session_id):
        abort(404, "This is not the address of a payment.")
    order = order_at(session(), session_id)
    return render_template("success.html", order=order, session_id=session_id)


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
    return {"status": "recorded" if record(session(), reported) else "known"}, 200
