"""A buyer's orders."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rocket.orders import rules
from rocket.orders.models import Order, State
from rocket.payments import checkout
from rocket.payments.gateway import StripeDown
from rocket.storefront import visitor
from rocket.storefront.views.responses import SeeOther, leads_to_stripe

PAGE_SIZE = 20

STRIPE_DOWN = "We cannot reach Stripe just now. Nothing was changed; try again in a moment."


@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """What was ordered in this browser, newest first."""
    found = rules.of_cart(visitor.cart_key(request)).prefetch_related("lines")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "storefront/orders.html", {"page": page})


@never_cache
@leads_to_stripe
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, key: str) -> HttpResponse:
    """One order, for whoever has its key; a post with `pay` leads to Stripe, one with `cancel`
    gives it up.
    """
    shown = get_object_or_404(Order.objects.prefetch_related("lines", "payments__entries"), key=key)
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            return _cancel(request, shown) if "cancel" in request.POST else _pay(shown)
        except StripeDown:
            messages.error(request, STRIPE_DOWN)
            status = HTTPStatus.SERVICE_UNAVAILABLE
    entries = [entry for payment in shown.payments.all() for entry in payment.entries.all()]
    payable = shown.state == State.AWAITING and shown.reserved_until > timezone.now()
    return render(
        request,
        "storefront/order.html",
        {
            "order": shown,
            "entries": sorted(entries, key=lambda entry: entry.happened_at),
            "payable": payable and settings.GATEWAY is not None,
            "cancellable": shown.state == State.AWAITING,
            "returned": shown.state == State.AWAITING and request.GET.get("from") == "stripe",
        },
        status=status,
    )


def _pay(order: Order) -> HttpResponse:
    payable = order.state == State.AWAITING and order.reserved_until > timezone.now()
    if settings.GATEWAY is None or not payable:
        return SeeOther(order.get_absolute_url())
    try:
        return SeeOther(checkout.start(settings.GATEWAY, order))
    except checkout.OrderGone:
        return SeeOther(order.get_absolute_url())


def _cancel(request: HttpRequest, order: Order) -> HttpResponse:
    if order.state == State.AWAITING and checkout.abandon(settings.GATEWAY, order, refill=True):
        messages.success(request, f"{order} is cancelled. Its things are back in your cart.")
        return SeeOther(reverse("cart"))
    messages.error(request, f"{order} can no longer be cancelled.")
    return SeeOther(order.get_absolute_url())
