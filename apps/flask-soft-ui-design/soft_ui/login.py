"""The login session of a request, and pages that need one."""

from collections.abc import Callable
from functools import wraps

from flask import Flask, Response, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import Conflict, HTTPException

from appkit.flask import sessions
from soft_ui.models import Account, Login
from soft_ui.responses import see_other


def load_login(app: Flask) -> None:
    """Loads the login session of each request, and keeps pages of signed-in visitors uncached."""

    @app.before_request
    def set_login() -> None:
        g.login = sessions.current(Login)
        # A separate value, so that an error page can show it without a query.
        g.visitor = g.login.account if g.login else None

    @app.context_processor
    def visitor() -> dict[str, Account | None]:
        # None if the request failed before `set_login`, or the database is down.
        return {"visitor": g.get("visitor")}

    @app.after_request
    def keep_private(response: Response) -> Response:
        if g.get("login"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def conflict(_: Exception) -> HTTPException | ResponseReturnValue:
        return app.handle_http_exception(
            Conflict("This account has changed in the meantime. Load the page again.")
        )

    for kind in (IntegrityError, ObjectDeletedError, StaleDataError):
        app.register_error_handler(kind, conflict)


def login_required[**P](
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Redirects visitors who are not signed in to the sign-in page, and back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if g.login is None:
            flash("Sign in to see your profile.")
            back = request.path if request.method == "GET" else url_for("profile.show")
            return see_other(
                url_for("accounts.sign_in_form", next=back.removeprefix(request.script_root))
            )
        return view(*args, **kwargs)

    return guarded
