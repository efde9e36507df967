"""The ledger in Django's admin, read-only."""

from django.contrib import admin

from rocket import money
from rocket.admin_base import ReadOnlyInline, ReadOnlyMixin, ShopModelAdmin
from rocket.payments.models import Entry, Event, Payment


class EntryInline(ReadOnlyInline):
    model = Entry
    fields = ("kind", "reference", "sum", "happened_at")
    readonly_fields = ("sum",)

    @admin.display(description="amount")
    def sum(self, entry: Entry) -> str:
        return money.format_amount(entry.amount, entry.currency)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("intent", "order")
    list_select_related = ("order",)
    search_fields = ("intent", "order__key")
    inlines = (EntryInline,)


@admin.register(Entry)
class EntryAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("reference", "kind", "sum", "happened_at", "order")
    list_filter = ("kind", "currency")
    list_select_related = ("payment__order",)
    search_fields = ("reference", "payment__intent")
    date_hierarchy = "happened_at"

    @admin.display(description="amount", ordering="amount")
    def sum(self, entry: Entry) -> str:
        return money.format_amount(entry.amount, entry.currency)

    @admin.display
    def order(self, entry: Entry) -> str:
        return str(entry.payment.order or "–")


@admin.register(Event)
class EventAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("stripe_id", "kind", "happened_at", "received_at")
    list_filter = ("kind",)
    search_fields = ("stripe_id",)
