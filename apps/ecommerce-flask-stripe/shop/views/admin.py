"""What the shopkeeper sees: signing in, the stock, a new product."""

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from werkzeug.wrappers import Response as BaseResponse

from appkit.flask.database import session
from shop import admins
from shop.models import Admin, now
from shop.money import DECIMALS
from shop.orders import latest_orders
from shop.pictures import DEFAULT_PICTURE, PICTURES
from shop.rules import LENGTHS, InvalidProductError, draft_product
from shop.shelf import add_product, page_of_products

pages = Blueprint("admin", __name__, url_prefix="/admin")

SIGNED_IN_FOR = timedelta(hours=12)

_NEXT = re.compile(r"/admin(?:/products/[a-z]+)?")


@pages.after_request
def keep_private(response: Response) -> Response:
    """Nothing of the admin stays in a cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def signed_in() -> Admin | None:
    """The admin of this request's session, unless it is too old or the admin is gone."""
    since = cookie.get("since")
    if since is None or now() - datetime.fromisoformat(since) > SIGNED_IN_FOR:
        return None
    return session().get(Admin, cookie.get("admin"))


def admin_only[**P, R](view: Callable[P, R]) -> Callable[P, R | BaseResponse]:
    """Send those who are not signed in to the login page, and back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | BaseResponse:
        g.admin = signed_in()
        if g.admin is None:
            return redirect(url_for("admin.login", next=request.path))
        return view(*args, **kwargs)

    return guarded


@pages.get("/login")
def login() -> str:
    """The login form."""
    return render_template("login.html", name="", problem=None)


@pages.post("/login")
def send_login() -> Response | BaseResponse:
    """Sign in with `name` and `password`, then on to the page that `next` asks for."""
    name = request.form.get("name", "").strip()
    password = request.form.get("password", "")
    try:
        admin = admins.sign_in(session(), name, password, request.remote_addr or "", now())
    except admins.WrongPasswordError:
        problem = "The name or the password is wrong."
        return make_response(render_template("login.html", name=name, problem=problem), 422)
    except admins.TooManyAttemptsError as error:
        seconds = math.ceil(error.wait.total_seconds())
        problem = f"Too many attempts. Try again in {math.ceil(seconds / 60)} min."
        page = make_response(render_template("login.html", name=name, problem=problem), 429)
        page.headers["Retry-After"] = str(seconds)
        return page
    cookie.clear()
    cookie.update(admin=admin.id, since=now().isoformat())
    wanted = request.args.get("next", "")
    path = wanted if _NEXT.fullmatch(wanted) else "/admin"
    return redirect(request.script_root + path, 303)


@pages.post("/logout")
def logout() -> BaseResponse:
    """Sign out."""
    cookie.clear()
    return redirect(url_for("store.products"), 303)


@pages.get("")
@admin_only
def stock() -> str:
    """What is on the shelf, and the latest orders."""
    page = page_of_products(session(), 1)
    return render_template("stock.html", page=page, orders=latest_orders(session()))


@pages.get("/products/new")
@admin_only
def new_product() -> str:
    """The empty form."""
    return _form({"currency": "eur", "picture": DEFAULT_PICTURE}, {})


@pages.post("/products/new")
@admin_only
def create_product() -> Response | BaseResponse:
    """Store a product from the form, then to its page; or the form again with what is wrong."""
    fields = request.form.to_dict()
    picture = fields.get("picture", "")
    try:
        draft = draft_product(fields, [picture] if picture else [])
    except InvalidProductError as error:
        return make_response(_form(fields, error.problems), 422)
    product = add_product(session(), draft)
    return redirect(url_for("store.product", slug=product.slug), 303)


def _form(fields: dict[str, str], problems: object) -> str:
    return render_template(
        "new_product.html",
        fields=fields,
        problems=problems,
        lengths=LENGTHS,
        currencies=sorted(DECIMALS),
        pictures=sorted(PICTURES),
    )
