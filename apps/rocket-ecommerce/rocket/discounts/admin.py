"""Discount codes in Django's admin."""

from django.contrib import admin

from rocket.admin_base import ShopModelAdmin
from rocket.discounts.models import Discount


@admin.register(Discount)
class DiscountAdmin(ShopModelAdmin):
    list_display = ("code", "worth", "starts_at", "ends_at", "used", "limit")
    list_filter = ("kind", "currency")
    search_fields = ("code",)
    readonly_fields = ("used",)
