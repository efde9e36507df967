"""How amounts are written."""

from decimal import Decimal

from django.template import Library

register = Library()


@register.filter
def money(value: Decimal) -> str:
    """`€1,234.50`, with a true minus sign before it when negative."""
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}€{abs(value):,.2f}"
