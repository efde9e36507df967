"""The shopkeeper's shelf: what is on it, and the products that are made here."""

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appkit.flask.database import session
from shop.models import Origin, Product
from shop.money import DECIMALS, write_price
from shop.pictures import DEFAULT_PICTURE, PICTURES
from shop.rules import LENGTHS, Draft, InvalidProductError, draft_product
from shop.shelf import add_product, change_product, page_of_products, remove_product
from shop.views.guard import admin_only, private_pages
from shop.views.lookup import asked_page, asked_product

pages = private_pages("stock", "/admin")


@pages.get("")
@admin_only
def shelf() -> str:
    """What is on the shelf, a page at a time."""
    return render_template("stock.html", page=asked_page(page_of_products))


@pages.get("/products/new")
@admin_only
def new() -> str:
    """The empty form."""
    return _form(None, {"currency": "eur", "picture": DEFAULT_PICTURE}, {})


@pages.post("/products/new")
@admin_only
def create() -> Response | BaseResponse:
    """Store a product from the form, then to its page; or the form again with what is wrong."""
    try:
        draft = _sent()
    except InvalidProductError as error:
        return make_response(_form(None, request.form, error.problems), 422)
    product = add_product(session(), draft)
    flash(f"{product.name} is on the shelf.")
    return redirect(url_for("store.product", slug=product.slug), 303)


@pages.get("/products/<slug>")
@admin_only
def edit(slug: str) -> str:
    """The form with a product that was made here."""
    product = _made_here(slug)
    fields = {name: getattr(product, name) for name in (*LENGTHS, "currency")}
    fields["price"] = write_price(product.price, product.currency)
    fields["picture"] = product.images[0]
    return _form(product, fields, {})


@pages.post("/products/<slug>")
@admin_only
def change(slug: str) -> Response | BaseResponse:
    """Store what the form says about a product; its address stays."""
    product = _made_here(slug)
    try:
        draft = _sent()
    except InvalidProductError as error:
        return make_response(_form(product, request.form, error.problems), 422)
    if not change_product(session(), product, draft):
        abort(404, "This product was taken off the shelf meanwhile.")
    flash(f"{draft.name} is changed.")
    return redirect(url_for("store.product", slug=slug), 303)


@pages.get("/products/<slug>/remove")
@admin_only
def ask_to_remove(slug: str) -> str:
    """Whether it is really meant."""
    return render_template("remove_product.html", product=_made_here(slug))


@pages.post("/products/<slug>/remove")
@admin_only
def remove(slug: str) -> BaseResponse:
    """Take a product off the shelf."""
    product = _made_here(slug)
    name = product.name
    remove_product(session(), product)
    flash(f"{name} is off the shelf.")
    return redirect(url_for("stock.shelf"), 303)


def _made_here(slug: str) -> Product:
    product = asked_product(slug)
    if product.origin != Origin.ADMIN:
        abort(404, "This product comes from a file, which is changed with a release.")
    return product


def _sent() -> Draft:
    picture = request.form.get("picture", "")
    return draft_product(request.form, [picture] if picture else [])


def _form(product: Product | None, fields: object, problems: object) -> str:
    return render_template(
        "edit_product.html",
        product=product,
        fields=fields,
        problems=problems,
        lengths=LENGTHS,
        currencies=sorted(DECIMALS),
        pictures=sorted(PICTURES),
    )
