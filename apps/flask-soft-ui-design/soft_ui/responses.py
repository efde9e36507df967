"""Responses that several groups of pages use."""

from http import HTTPStatus

from flask import redirect
from werkzeug.wrappers import Response

from appkit.limits import TooOften


def see_other(address: str) -> Response:
    """Redirects to a page after a form was accepted, or in place of a page."""
    return redirect(address, HTTPStatus.SEE_OTHER)


def too_often(error: TooOften) -> tuple[int, dict[str, str]]:
    """The status and headers of a response to an attempt beyond a limit."""
    return HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.seconds)}
