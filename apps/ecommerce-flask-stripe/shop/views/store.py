"""The public pages."""

from flask import Blueprint, current_app, render_template

from appkit.flask.revisions import kept
from shop.checkout import CHECKOUT
from shop.stock import page_of_products
from shop.views.lookup import requested_page, requested_product

pages = Blueprint("store", __name__)


@pages.get("/")
@kept("products")
def products() -> str:
    """One page of the products."""
    return render_template("products.html", page=requested_page(page_of_products))


@pages.get("/products/<slug>")
def product(slug: str) -> str:
    """The page of one product."""
    can_buy = current_app.config[CHECKOUT] is not None
    return render_template("product.html", product=requested_product(slug), can_buy=can_buy)
