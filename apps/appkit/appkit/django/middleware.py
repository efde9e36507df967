"""What goes wrong is answered by the application itself: a page for people, JSON below `/api/`.

A database that is down is its own 503, not an error page or the proxy's 502.
"""

import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from appkit.django.database import breaker, lost, one_line
from appkit.wsgi import ROUTE

API = "/api/"

logger = logging.getLogger("appkit.database")

RETRY_AFTER = 5
"""Seconds after which a client may ask again."""


def asks_the_api(request: HttpRequest) -> bool:
    """Whether only JSON will do, whatever is accepted; `/api/` itself may be a page about it."""
    return request.path_info.startswith(API) and request.path_info != API


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the application's `503.html`, or JSON. Touches no database."""
    response: HttpResponse
    preferred = request.get_preferred_type(["text/html", "application/json"])
    if preferred == "application/json" or asks_the_api(request):
        response = JsonResponse({"detail": "The database does not answer."}, status=503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


class RouteMiddleware:
    """Tells the shell which route a request took, as `products/<slug:slug>/`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if request.resolver_match is not None:
            request.META[ROUTE] = f"/{request.resolver_match.route}"


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


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404` of an application with an API."""
    if asks_the_api(request):
        return JsonResponse({"detail": "Not found."}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Every application's `handler500`: sees also what a middleware, such as sessions, ran into."""
    refused = _refuse(request, sys.exception())
    if refused is not None:
        return refused
    if asks_the_api(request):
        return JsonResponse({"detail": "That is our mistake."}, status=500)
    return defaults.server_error(request)


def _refuse(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    logger.error("database: %s", one_line(error))
    if lost():
        breaker.trip()
    return unavailable(request)
