"""The cart page, its discount form, and the checkout."""

from datetime import timedelta
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

from appkit import limits
from appkit.django.sign_in import Counts
from appkit.limits import TooOften
from rocket.cart import rules
from rocket.discounts.attempts import attempts
from rocket.orders import rules as orders
from rocket.orders.unpaid import RESERVATION
from rocket.payments import checkout as payments
from rocket.payments.errors import StripeUnavailable
from rocket.payments.gateway import RETRY_AFTER
from rocket.storefront import session
from rocket.storefront.forms import (
    CartLineForm,
    CheckoutForm,
    ContactForm,
    DiscountCodeForm,
    SkuForm,
)
from rocket.storefront.problem_texts import form_error
from rocket.storefront.views.responses import SeeOther, allow_redirect_to_stripe


@never_cache
@allow_redirect_to_stripe
@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: HttpRequest) -> HttpResponse:
    """Shows the cart. A POST with `sku` sets the `quantity` of a line, or removes it (`remove`)."""
    if request.method != "POST":
        return _cart_page(request)
    key = session.cart_key(request)
    removing = "remove" in request.POST
    form = (SkuForm if removing else CartLineForm)(request.POST)
    if form.is_valid():
        line = form.cleaned_data
        if removing:
            # A message would begin a session for a visitor who has none.
            if key is None:
                return SeeOther(reverse("cart"))
            rules.remove(key, line["sku"])
            messages.success(request, "The item was removed from your cart.")
            return SeeOther(reverse("cart"))
        try:
            rules.set_quantity(
                key,
                line["sku"],
                line["quantity"],
                currency=session.currency(request),
                now=timezone.now(),
            )
        except rules.CartError as error:
            form.add_error("quantity", form_error(error.problem))
        else:
            messages.success(request, "Your cart was updated.")
            return SeeOther(reverse("cart"))
    return _cart_page(request, line_form=form)


@never_cache
@allow_redirect_to_stripe
@require_http_methods(["GET", "HEAD", "POST"])
def discount_code(request: HttpRequest) -> HttpResponse:
    """Applies the discount with the posted `code` to the cart, or removes it (`remove`)."""
    if request.method != "POST":
        return redirect("cart")
    key = session.cart_key(request)
    if "remove" in request.POST:
        if key is None:
            return SeeOther(reverse("cart"))
        rules.remove_discount(key)
        messages.success(request, "The discount was removed.")
        return SeeOther(reverse("cart"))
    form = DiscountCodeForm(request.POST)
    too_often: TooOften | None = None
    if form.is_valid():
        try:
            _apply_discount(request, key, form.cleaned_data["code"])
        except rules.CartError as error:
            form.add_error("code", form_error(error.problem))
        except TooOften as error:
            too_often = error
            text = f"Too many codes were entered. Try again in {error.wait}."
            form.add_error("code", forms.ValidationError(text, code="too-often"))
        else:
            messages.success(request, "The discount was applied.")
            return SeeOther(reverse("cart"))
    if too_often is None:
        return _cart_page(request, code_form=form)
    page = _cart_page(request, code_form=form, status=HTTPStatus.TOO_MANY_REQUESTS)
    page["Retry-After"] = str(too_often.seconds)
    return page


@never_cache
@allow_redirect_to_stripe
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Places an order for the cart and redirects to Stripe. The visitor posts the `total` shown."""
    if request.method != "POST" or settings.GATEWAY is None:
        return redirect("cart")
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _cart_page(request, checkout_form=form)
    total = form.cleaned_data["total"]
    contact_form = None if total else ContactForm(request.POST)
    if contact_form is not None and not contact_form.is_valid():
        return _cart_page(request, contact_form=contact_form)
    try:
        order = orders.place(
            session.cart_key(request),
            currency=session.currency(request),
            expected_total=total,
            now=timezone.now(),
            address=request.META["REMOTE_ADDR"],
            contact=orders.Contact(**contact_form.cleaned_data) if contact_form else None,
        )
    except orders.OrderError as error:
        form.add_error(None, form_error(error.problem))
        return _cart_page(request, checkout_form=form, contact_form=contact_form)
    if not order.total:
        return SeeOther(order.get_absolute_url())
    try:
        return SeeOther(payments.start(settings.GATEWAY, order))
    except payments.OrderNotPayable:
        return SeeOther(order.get_absolute_url())
    except StripeUnavailable:
        # The visitor never reached a payment page, so there is none to close.
        orders.cancel(order.pk, refill_cart=True)
        text = "Stripe is not available at the moment. Nothing was charged. Please try again later."
        form.add_error(None, forms.ValidationError(text, code="stripe-unavailable"))
        page = _cart_page(request, checkout_form=form, status=HTTPStatus.SERVICE_UNAVAILABLE)
        page["Retry-After"] = str(RETRY_AFTER)
        return page


def _apply_discount(request: HttpRequest, key: str | None, code: str) -> None:
    """Applies a code, and counts it unless it applies. Raises `CartError` and `TooOften`."""
    counted = () if key is None else attempts(key, request.META["REMOTE_ADDR"])
    now = timezone.now()
    limits.consume(Counts(), counted, now)
    rules.apply_discount(key, code, currency=session.currency(request), now=now)
    limits.refund(Counts(), counted)


def _cart_page(
    request: HttpRequest,
    *,
    line_form: forms.Form | None = None,
    code_form: forms.Form | None = None,
    checkout_form: forms.Form | None = None,
    contact_form: forms.Form | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    """The cart page. A form argument is an invalid form, whose errors the page shows."""
    priced = rules.load(
        session.cart_key(request), currency=session.currency(request), now=timezone.now()
    )
    has_invalid_form = any((line_form, code_form, checkout_form, contact_form))
    line_form = line_form or CartLineForm()
    invalid_sku = line_form["sku"].value() if line_form.errors else None
    return render(
        request,
        "storefront/cart.html",
        {
            "cart": priced,
            "line_form": line_form,
            "invalid_sku": invalid_sku,
            "invalid_line_exists": any(line.sku == invalid_sku for line in priced.lines),
            "code_form": code_form or DiscountCodeForm(),
            "checkout_form": checkout_form,
            "contact_form": contact_form or ContactForm(),
            "reservation_minutes": RESERVATION // timedelta(minutes=1),
            "checkout_is_on": settings.GATEWAY is not None,
        },
        status=status if has_invalid_form else HTTPStatus.OK,
    )
