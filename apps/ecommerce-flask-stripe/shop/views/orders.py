"""The admin pages of the orders, and refunds."""

from contextlib import suppress

from flask import abort, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appkit.flask.database import session
from shop.checkout import CHECKOUT, Checkout, CheckoutDownError, RefusedError
from shop.models import Order, now
from shop.orders import order_at, page_of_orders, record
from shop.views.guard import admin_only, private_pages
from shop.views.lookup import or_404, requested_page

pages = private_pages("orders", "/admin/orders")


@pages.get("")
@admin_only
def index() -> str:
    """One page of the list of orders."""
    return render_template("orders.html", page=requested_page(page_of_orders))


@pages.get("/<key>")
@admin_only
def show(key: str) -> str:
    """One order, with a button for its refund. The key is the id of its session at Stripe."""
    order = _order(key)
    can_refund = order.is_refundable and current_app.config[CHECKOUT] is not None
    return render_template("order.html", order=order, can_refund=can_refund)


@pages.post("/<key>")
@admin_only
def refund(key: str) -> Response:
    """Requests a refund of the rest of a payment, and records what Stripe has refunded."""
    order = _order(key)
    checkout: Checkout | None = current_app.config[CHECKOUT]
    if checkout is None or not order.is_refundable:
        abort(409, "This order cannot be refunded.")
    payment_intent = str(order.payment_intent)
    # Releases the database connection while the request to Stripe runs.
    session().close()
    try:
        checkout.refund(payment_intent)
    except RefusedError:
        flash("Stripe refused: it has no such payment, or all of it is refunded already.")
    except CheckoutDownError:
        flash("Stripe does not respond at the moment. Nothing was refunded; try again shortly.")
    else:
        flash("Stripe has accepted the refund. It is shown here as soon as Stripe confirms it.")
    # The webhook event of this refund, or of an earlier one that was refused here, may be lost.
    with suppress(CheckoutDownError):
        refunded = checkout.refund_of(payment_intent, now())
        if refunded is not None:
            record(session(), refunded)
    return redirect(url_for("orders.show", key=key), 303)


def _order(key: str) -> Order:
    return or_404(order_at(session(), key), "There is no such order.")
