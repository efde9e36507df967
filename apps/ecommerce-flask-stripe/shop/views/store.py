"""What every visitor sees."""

from flask import Blueprint, current_app, render_template

from shop.checkout import CHECKOUT
from shop.shelf import page_of_products
from shop.views.lookup import asked_page, asked_product

pages = Blueprint("store", __name__)


@pages.get("/")
def products() -> str:
    """The shelf, a page at a time."""
    return render_template("products.html", page=asked_page(page_of_products))


@pages.get("/products/<slug>")
def product(slug: str) -> str:
    """One product."""
    can_buy = current_app.config[CHECKOUT] is not None
    return render_template("product.html", product=asked_product(slug), can_buy=can_buy)
