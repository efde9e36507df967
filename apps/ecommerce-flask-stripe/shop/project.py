"""The definition of the application for appkit."""

from datetime import datetime
from pathlib import Path

from flask import Flask

from appkit.flask.project import Project
from shop import checkout
from shop.demo import add_demo_orders
from shop.money import show_price
from shop.pictures import picture_paths
from shop.stock import load_product_files
from shop.views import login, orders, payment, stock, store


def build(app: Flask) -> None:
    """Registers the pages and the filters of their templates."""
    app.url_map.strict_slashes = False
    for pages in (store.pages, payment.pages, login.pages, stock.pages, orders.pages):
        app.register_blueprint(pages)
    app.jinja_env.filters.update(price=show_price, pictures=picture_paths, moment=_moment)


def _moment(when: datetime) -> str:
    return f"{when:%d %B %Y, %H:%M} UTC"


project = Project(
    name="ecommerce-flask",
    package="shop",
    folder=Path(__file__).parent,
    build=build,
    configure=checkout.configure,
    loaders=[load_product_files],
    demo_loaders=[add_demo_orders],
)
