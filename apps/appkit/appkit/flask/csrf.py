"""CSRF protection by Flask-WTF: a request that may change something carries its session's token."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import Forbidden, HTTPException

FIELD = "csrf_token"

_protection = CSRFProtect()


class InvalidToken(Forbidden):
    """The token is missing, or belongs to another session."""

    description = "This form has expired. Go back, reload the page and send it again."


def csrf_exempt[View: Callable[..., Any]](view: View) -> View:
    """Exempts a view that verifies its caller in another way, such as a signed webhook.

    Put it directly above the function, below the decorator of the route.
    """
    _protection.exempt(view)
    return view


def csrf_field() -> Markup:
    """The hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, generate_csrf())


def protect(app: Flask) -> None:
    """Answers 403 to a request that may change something and has no valid token.

    The token is read from the form or from the header X-CSRF-Token.
    """
    # A token is valid as long as its session. The referrer is not compared with the request's
    # host: behind a proxy that is not the host that the browser sees.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    _protection.init_app(app)

    @app.before_request
    def check_origin() -> None:
        if request.endpoint is None or request.method not in app.config["WTF_CSRF_METHODS"]:
            return
        # Browsers send this header. Cookies ignore ports, so a page on another port of this host
        # has our cookies, and is "same-site".
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise InvalidToken

    @app.errorhandler(CSRFError)
    def refuse(_: CSRFError) -> HTTPException | ResponseReturnValue:
        # Flask-WTF answers 400 and names the mechanism; the page says what to do.
        return app.handle_http_exception(InvalidToken())

    app.jinja_env.globals["csrf_field"] = csrf_field
