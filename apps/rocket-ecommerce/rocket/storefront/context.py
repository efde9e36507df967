"""What the header of each page shows."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rocket.cart import rules
from rocket.storefront import visitor


def header(request: HttpRequest) -> dict[str, object]:
    """`cart_count` and `currency`, asked for only where a template uses them."""
    return {
        "cart_count": SimpleLazyObject(lambda: rules.count(visitor.cart_key(request))),
        "currency": SimpleLazyObject(lambda: visitor.currency(request)),
    }
