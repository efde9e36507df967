"""Template filters that show amounts, stock levels and problems as text."""

from django import template

from rocket.catalog.listing import stock_level
from rocket.money import format_amount
from rocket.storefront.problem_texts import problem_text

register = template.Library()
register.filter(stock_level)
register.filter(problem_text)


@register.filter
def money(amount: int, currency: str) -> str:
    return format_amount(amount, currency)


@register.filter
def availability(stock: int) -> str:
    texts = {"sold-out": "Sold out", "low": f"Only {stock} left", "in-stock": "In stock"}
    return texts[stock_level(stock)]
