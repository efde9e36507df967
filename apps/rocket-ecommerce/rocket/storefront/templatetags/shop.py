"""How pages show what the rules return."""

from django import template
from django.conf import settings

from rocket import money as amounts
from rocket.catalog import listing

register = template.Library()


@register.filter
def money(amount: int) -> str:
    """An amount of the shop's currency."""
    return amounts.show(amount, settings.SHOP_CURRENCY)


@register.filter
def availability(stock: int) -> str:
    return listing.availability(stock)
