"""The error responses of the API, for exceptions that Django REST framework does not know."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.response import Response
from rest_framework.views import exception_handler


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The response to `error`; None lets Django handle it."""
    if isinstance(error, RecursionError):
        error = ParseError("The JSON is nested too deeply.")
    return exception_handler(error, context)
