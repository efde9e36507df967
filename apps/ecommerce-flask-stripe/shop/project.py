"""The definition of the application for appkit."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from appkit.env import Environment
from appkit.flask.project import Project
from shop import checkout
from shop.demo import add_demo_orders
from shop.money import show_price
from shop.pictures import picture_paths
from shop.stock import load_product_files
from shop.sweeper import SWEEP_SECONDS, sweepers
from shop.views import login, orders, payment, stock, store
from shop.views.privacy import protect_privacy


def build(app: Flask) -> None:
    """Registers the pages and the filters of their templates."""
    app.url_map.strict_slashes = False
    for pages in (store.pages, payment.pages, login.pages, stock.pages, orders.pages):
        app.register_blueprint(pages)
    protect_privacy(app)
    app.jinja_env.filters.update(price=show_price, pictures=picture_paths, moment=_moment)


def configure(env: Environment) -> Mapping[str, Any]:
    """The shop's own settings, and its constants in `app.config`."""
    return {**checkout.configure(env), SWEEP_SECONDS: 15}


def _moment(when: datetime) -> str:
    return f"{when:%d %B %Y, %H:%M} UTC"


project = Project(
    name="ecommerce-flask",
    package="shop",
    folder=Path(__file__).parent,
    build=build,
    configure=configure,
    loaders=[load_product_files],
    demo_loaders=[add_demo_orders],
    sweepers=sweepers,
)
