"""Template filters that format amounts and stock levels."""

from django import template

from rocket.catalog import listing
from rocket.money import format_amount

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    return format_amount(amount, currency)


@register.filter
def availability(stock: int) -> str:
    return listing.availability(stock)
