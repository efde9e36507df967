"""All that a visitor's session holds: the key of a cart, and a currency."""

from django.conf import settings
from django.http import HttpRequest

from rocket import money

CART = "cart"
CURRENCY = "currency"


def cart_key(request: HttpRequest) -> str | None:
    key: object = request.session.get(CART)
    return key if isinstance(key, str) else None


def keep_cart(request: HttpRequest, key: str) -> None:
    request.session[CART] = key


def currency(request: HttpRequest) -> str:
    """The one that was chosen, or the shop's own."""
    chosen: object = request.session.get(CURRENCY)
    if isinstance(chosen, str) and chosen in money.CURRENCIES:
        return chosen
    return settings.SHOP_CURRENCY


def keep_currency(request: HttpRequest, code: str) -> None:
    request.session[CURRENCY] = code
