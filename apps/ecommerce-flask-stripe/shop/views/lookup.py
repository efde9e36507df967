"""What an address asks for, or 404."""

import re
from collections.abc import Callable

from flask import abort, request
from sqlalchemy.orm import Session

from appkit.flask.database import session
from shop.models import Product
from shop.paging import Page
from shop.shelf import product_at

_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


def asked_page[Row](pages: Callable[[Session, int], Page[Row] | None]) -> Page[Row]:
    """The page whose number the address gives, of a list that `pages` cuts."""
    number = request.args.get("page", "1")
    page = pages(session(), int(number)) if _NUMBER.fullmatch(number) else None
    return found(page, "There is no such page.")


def asked_product(slug: str) -> Product:
    """The product at an address."""
    return found(product_at(session(), slug), "This product is not, or no longer, in the shop.")


def found[Thing](thing: Thing | None, message: str) -> Thing:
    """What was looked for."""
    if thing is None:
        abort(404, message)
    return thing
