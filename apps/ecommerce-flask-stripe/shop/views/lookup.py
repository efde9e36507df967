"""Finds the object of a request, or responds with 404."""

import re
from collections.abc import Callable

from flask import abort, request
from sqlalchemy.orm import Session

from appkit.flask.database import session
from shop.models import Product
from shop.paging import Page
from shop.stock import product_at

PRODUCT_IS_MISSING = "This product is not, or no longer, in the shop."

_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_VERSION = re.compile(r"[0-9]{1,9}")


def requested_page[Row](page_of: Callable[[Session, int], Page[Row] | None]) -> Page[Row]:
    """The page with the number in the query string."""
    number = request.args.get("page", "1")
    page = page_of(session(), int(number)) if _NUMBER.fullmatch(number) else None
    return or_404(page, "There is no such page.")


def submitted_version() -> int:
    """The version of the object that the form showed; 0, which none has, if it is invalid."""
    version = request.form.get("version", "")
    return int(version) if _VERSION.fullmatch(version) else 0


def requested_product(slug: str, if_missing: str = PRODUCT_IS_MISSING) -> Product:
    """The product with this slug."""
    return or_404(product_at(session(), slug), if_missing)


def or_404[Value](value: Value | None, message: str) -> Value:
    """The value, unless it is None."""
    if value is None:
        abort(404, message)
    return value
