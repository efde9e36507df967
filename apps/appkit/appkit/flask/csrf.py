"""Forgery protection: each request that may change something carries the session's token.

The token lives in the signed session cookie, which another site can neither read nor write. The
form holds it behind a fresh mask on each page, so that a compressed page can't be used to guess it.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request, session
from markupsafe import Markup
from werkzeug.exceptions import Forbidden

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_KEY = "csrf"
_LENGTH = 32
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_EXEMPT = "appkit_csrf_exempt"


class InvalidToken(Forbidden):
    """The token is missing, or belongs to another session."""

    description = "This form has expired. Go back, reload the page and send it again."


def csrf_exempt[View: Callable[..., Any]](view: View) -> View:
    """Marks a view that proves its caller otherwise (a signed webhook).

    It is the decorator next to the function, below the route's.
    """
    setattr(view, _EXEMPT, True)
    return view


def csrf_token() -> str:
    """A token for this session, different on each call, good for as long as the session."""
    if _KEY not in session:
        session[_KEY] = secrets.token_hex(_LENGTH)
    secret = bytes.fromhex(session[_KEY])
    mask = secrets.token_bytes(_LENGTH)
    return base64.urlsafe_b64encode(mask + _xor(mask, secret)).decode()


def csrf_field() -> Markup:
    """The hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def protect(app: Flask) -> None:
    """Refuses with 403 what may change something and shows no token in the form or the header."""

    @app.before_request
    def check() -> None:
        if request.endpoint is None or request.method in _SAFE_METHODS:
            return
        if getattr(current_app.view_functions[request.endpoint], _EXEMPT, False):
            return
        # Browsers say where a request comes from; pages of another port share our cookies.
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise InvalidToken
        sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
        if not is_valid(sent, session.get(_KEY)):
            raise InvalidToken

    app.jinja_env.globals["csrf_field"] = csrf_field


def is_valid(sent: str, secret: str | None) -> bool:
    """Whether a masked token, unmasked, is the session's secret (64 hexadecimal digits)."""
    try:
        raw = base64.urlsafe_b64decode(sent)
    except (binascii.Error, ValueError):
        return False
    if secret is None or len(raw) != 2 * _LENGTH:
        return False
    return hmac.compare_digest(_xor(raw[:_LENGTH], raw[_LENGTH:]), bytes.fromhex(secret))


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
