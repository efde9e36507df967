"""The sentences that visitors read about broken rules."""

from collections.abc import Mapping
from types import MappingProxyType

from django.core.exceptions import ValidationError

from rocket.problems import Code, Problem

TEXTS: Mapping[Code, str] = MappingProxyType(
    {
        "not-for-sale": "This version is not for sale.",
        "no-longer-for-sale": "This version is no longer for sale. Please remove it.",
        "sold-out": "This version is sold out.",
        "insufficient-stock": "Only %(stock)s left.",
        "quantity-limit": "A cart can contain at most %(limit)s of each version.",
        "not-in-cart": "This item is no longer in your cart.",
        "empty-cart": "Your cart is empty.",
        "lines-not-orderable": "Some items can no longer be ordered. Please check your cart.",
        "just-sold-out": "%(product)s, %(version)s has just sold out.",
        "total-changed": "The total has changed. Please check it and order again.",
        "total-too-small": "The total must be at least %(minimum)s.",
        "total-too-large": "The subtotal must be at most %(maximum)s.",
        "contact-missing": "Please enter an e-mail address, a name and a delivery address.",
        "too-many-unpaid-orders": "%(limit)s orders are unpaid. Pay or cancel one of them first.",
        "too-many-unpaid-items": "At most %(limit)s items can be reserved without a payment. "
        "Order fewer items, or pay or cancel your other orders first.",
        "share-reserved": "Most of %(product)s, %(version)s is reserved for buyers who are paying. "
        "Order at most %(limit)s of it, or try again in some minutes.",
        "discount-unknown": "This discount code is not valid at the moment.",
        "discount-not-started": "The code %(discount)s is not valid yet.",
        "discount-expired": "The code %(discount)s has expired.",
        "discount-used-up": "The code %(discount)s has been used up.",
        "discount-currency": "The code %(discount)s is for orders in %(currency)s.",
        "discount-minimum": "The code %(discount)s is for orders of %(minimum)s or more.",
    }
)

_IN_CART = "Your cart already contains %(in_cart)s."


def problem_text(problem: Problem) -> str:
    text = TEXTS[problem.code] % problem.values
    return f"{text} {_IN_CART % problem.values}" if "in_cart" in problem.values else text


def form_error(problem: Problem) -> ValidationError:
    """The problem as an error of a form."""
    return ValidationError(problem_text(problem), code=problem.code)
