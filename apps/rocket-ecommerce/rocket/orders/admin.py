"""Orders in Django's admin. Staff change an order with actions; its fields are read-only."""

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from rocket import money
from rocket.admin_base import ReadOnlyInline, ReadOnlyMixin, ShopModelAdmin
from rocket.orders import rules
from rocket.orders.models import Order, OrderLine
from rocket.payments import checkout, refunds
from rocket.payments.errors import StripeRefused, StripeUnavailable


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fields = ("sku", "product", "version", "quantity", "unit_price")
    readonly_fields = ("unit_price",)

    @admin.display
    def unit_price(self, line: OrderLine) -> str:
        return money.format_amount(line.unit, line.order.currency)


@admin.register(Order)
class OrderAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("number", "state", "sum", "email", "placed_at")
    list_filter = ("state", "currency")
    search_fields = ("id", "key", "email", "lines__sku", "payments__intent")
    date_hierarchy = "placed_at"
    readonly_fields = ("formatted_subtotal", "formatted_reduction", "sum")
    # The cart is left out, because its key gives access to it.
    fields = (
        "state",
        *readonly_fields,
        "discount_code",
        *("email", "recipient", "address"),
        "session_id",
        *("placed_at", "reserved_until", "paid_at", "shipped_at"),
    )
    inlines = (OrderLineInline,)
    actions = ("ship", "cancel", "refund")

    @admin.display(description="total", ordering="total")
    def sum(self, order: Order) -> str:
        return money.format_amount(order.total, order.currency)

    @admin.display(description="subtotal")
    def formatted_subtotal(self, order: Order) -> str:
        return money.format_amount(order.subtotal, order.currency)

    @admin.display(description="discount")
    def formatted_reduction(self, order: Order) -> str:
        return money.format_amount(-order.reduction, order.currency)

    def has_ship_permission(self, request: HttpRequest) -> bool:
        """Allows the actions to staff with the change permission.

        `has_change_permission` cannot be used: it is False so that there is no form.
        """
        return request.user.has_perm("orders.change_order")

    @admin.action(description="Mark as shipped (those that are paid)", permissions=["ship"])
    def ship(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        done = rules.mark_shipped(orders, timezone.now())
        self._report(request, "shipped", done, orders.count())

    @admin.action(description="Cancel (those that are not paid)", permissions=["ship"])
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        done = 0
        for order in orders:
            try:
                done += checkout.cancel(settings.GATEWAY, order)
            except StripeUnavailable as error:
                messages.error(request, f"{order}: {error}")
                # Each further order could take seconds.
                break
        self._report(request, "cancelled", done, orders.count())

    @admin.action(
        description="Refund in full at Stripe (those that are paid)", permissions=["ship"]
    )
    def refund(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        done = 0
        for order in orders.prefetch_related("payments"):
            try:
                done += refunds.request_refund(settings.GATEWAY, order)
            except StripeRefused as error:
                messages.error(request, f"{order}: {error}")
            except StripeUnavailable as error:
                messages.error(request, f"{order}: {error}")
                break
        self._report(request, "sent to Stripe for a refund", done, orders.count())

    def _report(self, request: HttpRequest, result: str, done: int, selected: int) -> None:
        level = messages.SUCCESS if done == selected else messages.WARNING
        messages.add_message(request, level, f"{done} of {selected} orders {result}.")
