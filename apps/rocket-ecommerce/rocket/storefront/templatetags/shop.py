"""How pages show what the rules return."""

from django import template

from rocket import money as amounts
from rocket.catalog import listing

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    return amounts.show(amount, currency)


@register.filter
def availability(stock: int) -> str:
    return listing.availability(stock)
