"""What the header of each page shows."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rocket.cart import rules
from rocket.storefront.visitor import cart_key


def header(request: HttpRequest) -> dict[str, object]:
    """`cart_count`, asked for only where a template uses it."""
    return {"cart_count": SimpleLazyObject(lambda: rules.count(cart_key(request)))}
