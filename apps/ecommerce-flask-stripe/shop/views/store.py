"""What every visitor sees."""

import re

from flask import Blueprint, abort, current_app, render_template, request

from appkit.flask.database import session
from shop.checkout import CHECKOUT
from shop.shelf import page_of_products, product_at

pages = Blueprint("store", __name__)

_PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@pages.get("/")
def products() -> str:
    """The shelf, a page at a time."""
    number = request.args.get("page", "1")
    page = page_of_products(session(), int(number)) if _PAGE_NUMBER.fullmatch(number) else None
    if page is None:
        abort(404, "There is no such page of products.")
    return render_template("products.html", page=page)


@pages.get("/products/<slug>")
def product(slug: str) -> str:
    """One product."""
    found = product_at(session(), slug)
    if found is None:
        abort(404, "This product is not, or no longer, in the shop.")
    can_buy = current_app.config[CHECKOUT] is not None
    return render_template("product.html", product=found, can_buy=can_buy)
