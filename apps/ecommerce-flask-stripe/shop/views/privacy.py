"""Keeps the pages of one visitor, and the keys in their addresses, from everybody else."""

from flask import Flask, Response, request
from flask import session as cookie

KEY = "key"
"""Name of the variable of a route whose value opens a page to anybody who knows it.

Such a value must not appear in a log.
"""

_ARGUMENTS_WITH_KEYS = {"session_id", "next"}


def protect_privacy(app: Flask) -> None:
    """Forbids caches to store such a page, and browsers to send its address to another page."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        has_key = KEY in (request.view_args or ()) or bool(_ARGUMENTS_WITH_KEYS & set(request.args))
        if has_key:
            response.headers["Referrer-Policy"] = "no-referrer"
        # A visitor has a cookie from the first form on, or by signing in.
        if has_key or cookie:
            response.headers["Cache-Control"] = "no-store, private"
        return response
