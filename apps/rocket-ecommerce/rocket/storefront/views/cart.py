"""The cart, and the way from it to an order."""

from http import HTTPStatus

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rocket.cart import rules
from rocket.orders import rules as orders
from rocket.payments import checkout as payments
from rocket.payments.gateway import StripeDown
from rocket.storefront import visitor
from rocket.storefront.forms import CheckoutForm, CodeForm, LineForm, SkuForm
from rocket.storefront.views.responses import SeeOther, leads_to_stripe


@never_cache
@leads_to_stripe
@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: HttpRequest) -> HttpResponse:
    """The cart; a post of `sku` with `quantity` changes a line, one with `remove` takes it out."""
    if request.method != "POST":
        return _page(request)
    key = visitor.cart_key(request)
    removing = "remove" in request.POST
    form = (SkuForm if removing else LineForm)(request.POST)
    if form.is_valid():
        line = form.cleaned_data
        if removing:
            rules.remove(key, line["sku"])
            messages.success(request, "Removed from your cart.")
            return SeeOther(reverse("cart"))
        try:
            rules.change(
                key,
                line["sku"],
                line["quantity"],
                currency=visitor.currency(request),
                now=timezone.now(),
            )
        except rules.CartError as refusal:
            form.add_error("quantity", str(refusal))
        else:
            messages.success(request, "Your cart is up to date.")
            return SeeOther(reverse("cart"))
    return _page(request, line=form)


@never_cache
@leads_to_stripe
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """A post of `code` applies a discount to the cart, one with `remove` takes it off."""
    if request.method != "POST":
        return redirect("cart")
    key = visitor.cart_key(request)
    if "remove" in request.POST:
        rules.drop_code(key)
        messages.success(request, "The discount is off.")
        return SeeOther(reverse("cart"))
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            rules.enter_code(
                key,
                form.cleaned_data["code"],
                currency=visitor.currency(request),
                now=timezone.now(),
            )
        except rules.CartError as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, "The discount is on.")
            return SeeOther(reverse("cart"))
    return _page(request, code=form)


@never_cache
@leads_to_stripe
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """A post of `total`, as the buyer saw it, orders what is in the cart and leads to Stripe."""
    if request.method != "POST" or settings.GATEWAY is None:
        return redirect("cart")
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _page(request, order=form)
    now = timezone.now()
    payments.sweep(settings.GATEWAY, now)
    try:
        order = orders.place(
            visitor.cart_key(request),
            currency=visitor.currency(request),
            seen=form.cleaned_data["total"],
            now=now,
        )
    except orders.OrderError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, order=form)
    if not order.total:
        return SeeOther(order.get_absolute_url())
    try:
        return SeeOther(payments.start(settings.GATEWAY, order))
    except payments.OrderGone:
        return SeeOther(order.get_absolute_url())
    except StripeDown:
        # Nobody was shown a page on which this order could be paid.
        orders.cancel(order.pk, refill=True)
        form.add_error(
            None, "We cannot reach Stripe just now. Nothing was charged; try again in a moment."
        )
        return _page(request, order=form, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _page(
    request: HttpRequest,
    *,
    line: forms.Form | None = None,
    code: forms.Form | None = None,
    order: forms.Form | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    """The cart's page, with what is wrong about the form that was sent."""
    basket = rules.read(
        visitor.cart_key(request), currency=visitor.currency(request), now=timezone.now()
    )
    line = line or LineForm()
    failed = line["sku"].value() if line.errors else None
    sent = line.is_bound or code is not None or order is not None
    return render(
        request,
        "storefront/cart.html",
        {
            "basket": basket,
            "form": line,
            "failed": failed,
            "has_line": any(row.sku == failed for row in basket.rows),
            "code_form": code or CodeForm(),
            "order_form": order,
            "checkout": settings.GATEWAY is not None,
        },
        status=status if sent else HTTPStatus.OK,
    )
