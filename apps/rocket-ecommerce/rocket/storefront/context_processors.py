"""Template variables for the header of every page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rocket.cart import rules
from rocket.storefront import session


def header(request: HttpRequest) -> dict[str, object]:
    """`cart_count` and `currency`. Both are computed only if a template uses them."""
    return {
        "cart_count": SimpleLazyObject(lambda: rules.item_count(session.cart_key(request))),
        "currency": SimpleLazyObject(lambda: session.currency(request)),
    }
