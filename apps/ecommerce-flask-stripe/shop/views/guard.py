"""Access to the admin pages."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appkit.flask import sessions
from shop.models import AdminSession


def private_pages(name: str, prefix: str) -> Blueprint:
    """A blueprint whose pages are never cached."""
    pages = Blueprint(name, f"shop.views.{name}", url_prefix=prefix)

    @pages.after_request
    def keep_private(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return pages


def admin_only[**P, R](view: Callable[P, R]) -> Callable[P, R | BaseResponse]:
    """Redirects visitors who are not signed in to the login page, and back after the login.

    `g.login` is the admin's session.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | BaseResponse:
        g.login = sessions.current(AdminSession)
        if g.login is None:
            return redirect(url_for("login.form", next=request.path))
        return view(*args, **kwargs)

    return guarded
