"""Orders in Django's admin: they are moved by their actions, never typed over.

The admin's classes take type arguments in their stubs only, hence the ignored ones.
"""

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from rocket import money
from rocket.admin import ModelAdmin, ReadOnly, Rows
from rocket.orders import rules
from rocket.orders.models import Order, OrderLine
from rocket.payments import checkout
from rocket.payments.gateway import StripeDown


class OrderLineInline(Rows):
    model = OrderLine
    fields = ("sku", "product", "version", "quantity", "each")
    readonly_fields = ("each",)

    @admin.display
    def each(self, line: OrderLine) -> str:
        return money.show(line.unit, line.order.currency)


@admin.register(Order)
class OrderAdmin(ReadOnly, ModelAdmin):
    list_display = ("number", "state", "sum", "email", "placed_at")
    list_filter = ("state", "currency")
    search_fields = ("id", "key", "email", "lines__sku", "payments__intent")
    date_hierarchy = "placed_at"
    readonly_fields = ("things", "off", "sum")
    # Not the cart: its key is the buyer's own.
    fields = (
        "state",
        *readonly_fields,
        "discount_code",
        "email",
        "session_id",
        *("placed_at", "reserved_until", "paid_at", "shipped_at"),
    )
    inlines = (OrderLineInline,)
    actions = ("ship", "cancel", "refund")

    @admin.display(description="total", ordering="total")
    def sum(self, order: Order) -> str:
        return money.show(order.total, order.currency)

    @admin.display
    def things(self, order: Order) -> str:
        return money.show(order.subtotal, order.currency)

    @admin.display(description="discount")
    def off(self, order: Order) -> str:
        return money.show(-order.reduction, order.currency)

    def has_ship_permission(self, request: HttpRequest) -> bool:
        """Actions change orders, for those who may; only the form for it is closed."""
        return request.user.has_perm("orders.change_order")

    @admin.action(description="Mark as shipped (those that are paid)", permissions=["ship"])
    def ship(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        done = rules.ship(orders, timezone.now())
        self._say(request, "shipped", done, orders.count())

    @admin.action(description="Cancel (those that are not paid)", permissions=["ship"])
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        done = 0
        for order in orders:
            try:
                done += checkout.abandon(settings.GATEWAY, order)
            except StripeDown as error:
                messages.error(request, f"{order}: {error}")
        self._say(request, "cancelled", done, orders.count())

    @admin.action(description="Pay back at Stripe, all of it", permissions=["ship"])
    def refund(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        done = 0
        for order in orders.prefetch_related("payments"):
            try:
                done += checkout.refund(settings.GATEWAY, order)
            except StripeDown as error:
                messages.error(request, f"{order}: {error}")
        self._say(request, "asked to be paid back", done, orders.count())

    def _say(self, request: HttpRequest, what: str, done: int, asked: int) -> None:
        level = messages.SUCCESS if done == asked else messages.WARNING
        messages.add_message(request, level, f"{done} of {asked} orders {what}.")
