"""Carts in Django's admin, read-only."""

from django.contrib import admin

from rocket.admin_base import ReadOnlyInline, ReadOnlyMixin, ShopModelAdmin
from rocket.cart.models import Cart, Line


class LineInline(ReadOnlyInline):
    model = Line
    fields = ("variant", "quantity")


@admin.register(Cart)
class CartAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("__str__", "discount", "created_at")
    list_select_related = ("discount",)
    date_hierarchy = "created_at"
    # The key is left out, because it gives access to the cart.
    fields = ("discount", "created_at")
    inlines = (LineInline,)
