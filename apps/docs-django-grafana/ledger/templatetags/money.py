"""The format of amounts of money."""

from decimal import Decimal

from django.template import Library

register = Library()


@register.filter
def money(value: Decimal) -> str:
    """`€1,234.50`; a negative amount starts with a minus sign (U+2212), not a hyphen."""
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}€{abs(value):,.2f}"
