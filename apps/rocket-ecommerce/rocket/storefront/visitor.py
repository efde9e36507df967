"""The only thing that a visitor's session holds: the key of a cart."""

from django.http import HttpRequest

SESSION_KEY = "cart"


def cart_key(request: HttpRequest) -> str | None:
    key: object = request.session.get(SESSION_KEY)
    return key if isinstance(key, str) else None


def keep_cart(request: HttpRequest, key: str) -> None:
    request.session[SESSION_KEY] = key
