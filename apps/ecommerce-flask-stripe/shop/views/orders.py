"""The shopkeeper's orders, and sending money back."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appkit.flask.database import session
from shop.checkout import CHECKOUT, CheckoutDownError, RefundRefusedError
from shop.models import Order
from shop.orders import order_at, page_of_orders
from shop.views.guard import admin_only, private_pages
from shop.views.lookup import asked_page, found

pages = private_pages("orders", "/admin/orders")


@pages.get("")
@admin_only
def latest() -> str:
    """The orders, a page at a time."""
    return render_template("orders.html", page=asked_page(page_of_orders))


@pages.get("/<session_id>")
@admin_only
def show(session_id: str) -> str:
    """One order, and a way to send its money back."""
    order = _order(session_id)
    can_refund = order.is_refundable and current_app.config[CHECKOUT] is not None
    return render_template("order.html", order=order, can_refund=can_refund)


@pages.post("/<session_id>")
@admin_only
def refund(session_id: str) -> Response:
    """Ask Stripe to send back what is left of the payment; its webhook tells us when it did."""
    order = _order(session_id)
    checkout = current_app.config[CHECKOUT]
    if checkout is None or not order.is_refundable:
        abort(409, "There is nothing of this order that could be sent back.")
    payment_intent = order.payment_intent
    # No connection to the database is held while Stripe takes its time.
    session().close()
    try:
        checkout.refund(payment_intent)
    except RefundRefusedError:
        flash("Stripe refused: it knows no such payment, or all of it went back before.")
    except CheckoutDownError:
        flash("We can't reach Stripe just now. Nothing was sent back; try again in a moment.")
    else:
        flash("Stripe has taken the refund. It shows here as soon as Stripe confirms it.")
    return redirect(url_for("orders.show", session_id=session_id), 303)


def _order(session_id: str) -> Order:
    return found(order_at(session(), session_id), "There is no such order.")
