"""A database that is down is the application's own 503, not an error page or the proxy's 502."""

import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from appkit.django.database import breaker, lost, one_line

logger = logging.getLogger("appkit.database")

RETRY_AFTER = 5
"""Seconds after which a client may ask again."""


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the application's `503.html`, or JSON for those who ask for it. Touches no database."""
    response: HttpResponse
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = JsonResponse({"detail": "The database does not answer."}, status=503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


class DatabaseDownMiddleware:
    """Refuses at once while the database is known to be down, and notices when it goes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if breaker.open:
            return unavailable(request)
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return _refuse(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """Every application's `handler500`: sees also what a middleware, such as sessions, ran into."""
    refused = _refuse(request, sys.exception())
    if refused is not None:
        return refused
    response: HttpResponseServerError = defaults.server_error(request)
    return response


def _refuse(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    logger.error("database: %s", one_line(error))
    if lost():
        breaker.trip()
    return unavailable(request)
