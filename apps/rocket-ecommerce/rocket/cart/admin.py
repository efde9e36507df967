"""Carts in Django's admin, to look at.

The admin's classes take type arguments in their stubs only, hence the ignored ones.
"""

from django.contrib import admin

from rocket.admin import ModelAdmin, ReadOnly, Rows
from rocket.cart.models import Cart, Line


class LineInline(Rows):
    model = Line
    fields = ("variant", "quantity")


@admin.register(Cart)
class CartAdmin(ReadOnly, ModelAdmin):
    list_display = ("__str__", "discount", "created_at")
    list_select_related = ("discount",)
    date_hierarchy = "created_at"
    # The key is the visitor's own.
    fields = ("discount", "created_at")
    inlines = (LineInline,)
