"""The admin pages of the orders, and refunds."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appkit.flask.database import session
from shop.checkout import CHECKOUT, CheckoutDownError, RefundRefusedError
from shop.models import Order
from shop.orders import order_at, page_of_orders
from shop.views.guard import admin_only, private_pages
from shop.views.lookup import or_404, requested_page

pages = private_pages("orders", "/admin/orders")


@pages.get("")
@admin_only
def index() -> str:
    """One page of the list of orders."""
    return render_template("orders.html", page=requested_page(page_of_orders))


@pages.get("/<session_id>")
@admin_only
def show(session_id: str) -> str:
    """One order, with a button for its refund."""
    order = _order(session_id)
    can_refund = order.is_refundable and current_app.config[CHECKOUT] is not None
    return render_template("order.html", order=order, can_refund=can_refund)


@pages.post("/<session_id>")
@admin_only
def refund(session_id: str) -> Response:
    """Requests a refund of the rest of a payment. Stripe confirms it by a webhook event."""
    order = _order(session_id)
    checkout = current_app.config[CHECKOUT]
    if checkout is None or not order.is_refundable:
        abort(409, "This order cannot be refunded.")
    payment_intent = order.payment_intent
    # Releases the database connection while the request to Stripe runs.
    session().close()
    try:
        checkout.refund(payment_intent)
    except RefundRefusedError:
        flash("Stripe refused: it has no such payment, or all of it is refunded already.")
    except CheckoutDownError:
        flash("Stripe does not respond at the moment. Nothing was refunded; try again shortly.")
    else:
        flash("Stripe has accepted the refund. It is shown here as soon as Stripe confirms it.")
    return redirect(url_for("orders.show", session_id=session_id), 303)


def _order(session_id: str) -> Order:
    return or_404(order_at(session(), session_id), "There is no such order.")
