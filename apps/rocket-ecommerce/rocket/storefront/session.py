"""The content of a visitor's session: the key of the cart, and the chosen currency."""

from django.conf import settings
from django.http import HttpRequest

from rocket import money

CART_KEY = "cart"
CURRENCY = "currency"


def cart_key(request: HttpRequest) -> str | None:
    key: object = request.session.get(CART_KEY)
    return key if isinstance(key, str) else None


def set_cart_key(request: HttpRequest, key: str) -> None:
    request.session[CART_KEY] = key


def currency(request: HttpRequest) -> str:
    """The code of the chosen currency, or of the shop's default currency."""
    chosen: object = request.session.get(CURRENCY)
    if isinstance(chosen, str) and chosen in money.CURRENCIES:
        return chosen
    return settings.SHOP_CURRENCY


def set_currency(request: HttpRequest, code: str) -> None:
    request.session[CURRENCY] = code
