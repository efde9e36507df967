"""The list of a visitor's orders, and the page of an order."""

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
from rocket.orders.models import Order, OrderState
from rocket.payments import checkout
from rocket.payments.errors import StripeUnavailable
from rocket.payments.gateway import RETRY_AFTER
from rocket.payments.sweep import check_after_return
from rocket.storefront import session
from rocket.storefront.views.responses import SeeOther, allow_redirect_to_stripe

PAGE_SIZE = 20

STRIPE_UNAVAILABLE = (
    "Stripe is not available at the moment. Nothing was changed. Please try again later."
)


@never_cache
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """Lists the orders that were placed in this browser, newest first."""
    found = rules.orders_of_cart(session.cart_key(request)).prefetch_related("lines")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "storefront/orders.html", {"page": page})


@never_cache
@allow_redirect_to_stripe
@require_http_methods(["GET", "HEAD", "POST"])
def order_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Shows an order. A POST with `pay` redirects to Stripe, a POST with `cancel` cancels it.

    The key is random and gives access to the order.
    """
    found = Order.objects.prefetch_related("lines", "payments__entries")
    order = get_object_or_404(found, key=key)
    status = HTTPStatus.OK
    if request.method != "POST" and request.GET.get("from") == "stripe":
        check_after_return(settings.GATEWAY, order, timezone.now())
        order = found.get(pk=order.pk)
    if request.method == "POST":
        try:
            return _cancel(request, order) if "cancel" in request.POST else _pay(order)
        except StripeUnavailable:
            messages.error(request, STRIPE_UNAVAILABLE)
            status = HTTPStatus.SERVICE_UNAVAILABLE
    entries = [entry for payment in order.payments.all() for entry in payment.entries.all()]
    awaiting = order.state == OrderState.AWAITING
    page = render(
        request,
        "storefront/order.html",
        {
            "order": order,
            "entries": sorted(entries, key=lambda entry: entry.happened_at),
            "payable": settings.GATEWAY is not None and rules.is_payable(order, timezone.now()),
            "cancellable": awaiting,
            "returned": awaiting and request.GET.get("from") == "stripe",
        },
        status=status,
    )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        page["Retry-After"] = str(RETRY_AFTER)
    return page


def _pay(order: Order) -> HttpResponse:
    if settings.GATEWAY is None:
        return SeeOther(order.get_absolute_url())
    try:
        return SeeOther(checkout.start(settings.GATEWAY, order))
    except checkout.OrderNotPayable:
        return SeeOther(order.get_absolute_url())


def _cancel(request: HttpRequest, order: Order) -> HttpResponse:
    awaiting = order.state == OrderState.AWAITING
    if awaiting:
        checkout.cancel(settings.GATEWAY, order, refill_cart=True)
        order.refresh_from_db()
    if not awaiting or order.state != OrderState.CANCELLED:
        messages.error(request, f"Order {order} can no longer be cancelled.")
        return SeeOther(order.get_absolute_url())
    messages.success(request, f"Order {order} was cancelled. Its items are in your cart again.")
    return SeeOther(reverse("cart"))
