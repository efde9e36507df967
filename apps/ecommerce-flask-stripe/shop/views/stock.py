"""The admin pages of the stock: the list of products, and the form for one of them."""

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appkit.flask.database import session
from shop.models import Origin, Product
from shop.money import DECIMALS, write_price
from shop.pictures import DEFAULT_PICTURE, PICTURES
from shop.product_rules import MAX_LENGTHS, Draft, InvalidProductError, draft_product
from shop.stock import add_product, change_product, page_of_products, remove_product
from shop.views.guard import admin_only, private_pages
from shop.views.lookup import (
    PRODUCT_IS_MISSING,
    requested_page,
    requested_product,
    submitted_version,
)

pages = private_pages("stock", "/admin")

_CHANGED = "This product was changed in the meantime"


@pages.get("")
@admin_only
def index() -> str:
    """One page of the list of products."""
    return render_template("stock.html", page=requested_page(page_of_products))


@pages.get("/products/new")
@admin_only
def new() -> str:
    """The empty form for a product."""
    return _form(None, {"currency": "eur", "picture": DEFAULT_PICTURE}, {})


@pages.post("/products/new")
@admin_only
def create() -> Response | BaseResponse:
    """Stores a new product, or shows the form again with its problems."""
    try:
        draft = _submitted_draft()
    except InvalidProductError as error:
        return make_response(_form(None, request.form, error.problems), 422)
    product = add_product(session(), draft)
    flash(f"{product.name} was added.")
    return redirect(url_for("store.product", slug=product.slug), 303)


@pages.get("/products/<slug>/edit")
@admin_only
def edit(slug: str) -> str:
    """The form with the values of an admin's product."""
    product = _admins_product(slug)
    fields = {name: getattr(product, name) for name in (*MAX_LENGTHS, "currency")}
    fields["price"] = write_price(product.price, product.currency)
    fields["picture"] = product.images[0]
    return _form(product, fields, {})


@pages.post("/products/<slug>/edit")
@admin_only
def change(slug: str) -> Response | BaseResponse:
    """Changes an admin's product, unless another admin has; its slug stays."""
    product = _admins_product(slug)
    try:
        draft = _submitted_draft()
    except InvalidProductError as error:
        return make_response(_form(product, request.form, error.problems), 422)
    if not change_product(session(), product, draft, submitted_version()):
        current = _admins_product(slug, "This product was removed in the meantime.")
        notice = f"{_CHANGED}. Saving this form again overwrites that change."
        return make_response(_form(current, request.form, {}, notice), 409)
    flash(f"{draft.name} is changed.")
    return redirect(url_for("store.product", slug=slug), 303)


@pages.get("/products/<slug>/remove")
@admin_only
def ask_to_remove(slug: str) -> str:
    """Asks for a confirmation."""
    return _confirmation(_admins_product(slug))


@pages.post("/products/<slug>/remove")
@admin_only
def remove(slug: str) -> Response | BaseResponse:
    """Removes an admin's product, unless another admin has changed it since the confirmation."""
    product = _admins_product(slug)
    name = product.name
    if not remove_product(session(), product, submitted_version()):
        current = _admins_product(slug, "This product was removed in the meantime.")
        return make_response(_confirmation(current, f"{_CHANGED}. Look at it first."), 409)
    flash(f"{name} was removed.")
    return redirect(url_for("stock.index"), 303)


def _admins_product(slug: str, if_missing: str = PRODUCT_IS_MISSING) -> Product:
    product = requested_product(slug, if_missing)
    if product.origin != Origin.ADMIN:
        abort(404, "This product comes from a file, so only a new release can change it.")
    return product


def _submitted_draft() -> Draft:
    picture = request.form.get("picture", "")
    return draft_product(request.form, [picture] if picture else [])


def _confirmation(product: Product, notice: str | None = None) -> str:
    return render_template("remove_product.html", product=product, notice=notice)


def _form(
    product: Product | None, fields: object, problems: object, notice: str | None = None
) -> str:
    return render_template(
        "edit_product.html",
        product=product,
        fields=fields,
        problems=problems,
        notice=notice,
        max_lengths=MAX_LENGTHS,
        currencies=sorted(DECIMALS),
        pictures=sorted(PICTURES),
    )
