"""Error responses of the Django applications: HTML pages, and JSON below `/api/`.

While the database is down, the application answers 503 itself; otherwise the client would get a
generic error page or a 502 of the proxy.
"""

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from appkit.django.database import breaker, connection_is_lost, one_line
from appkit.django.refusals import status_of
from appkit.wsgi import ROUTE

API = "/api/"

logger = logging.getLogger("appkit.database")

RETRY_AFTER = 5
"""Seconds after which a client may retry."""


def is_api_request(request: HttpRequest) -> bool:
    """Whether the response is JSON whatever the client accepts; `/api/` itself may be a page."""
    return request.path_info.startswith(API) and request.path_info != API


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 response: the application's `503.html`, or JSON. It does not use the database."""
    response: HttpResponse
    preferred = request.get_preferred_type(["text/html", "application/json"])
    if preferred == "application/json" or is_api_request(request):
        response = JsonResponse({"detail": "The database does not answer."}, status=503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


class RouteMiddleware:
    """Reports the route of a request, such as `/products/<slug:slug>/`, to `ServiceMiddleware`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if request.resolver_match is not None:
            request.META[ROUTE] = f"/{request.resolver_match.route}"


class PrivatePageMiddleware:
    """Keeps the page of a session out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header(
            "Cache-Control"
        ):
            response["Cache-Control"] = "private, no-store"
        return response


class DatabaseDownMiddleware:
    """Answers 503 while the circuit breaker is open, and when a view loses the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if breaker.open:
            return unavailable(request)
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return _database_response(request, error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The `handler400`: renders `400.html` with `status`, an HTTPStatus, or JSON."""
    status = status_of(exception)
    if is_api_request(request):
        return JsonResponse({"detail": f"{status.phrase}."}, status=status)
    return HttpResponse(render_to_string("400.html", {"status": status}), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The `handler404` of an application with an API."""
    if is_api_request(request):
        return JsonResponse({"detail": "Not found."}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The `handler500` of all applications; it also handles exceptions from other middleware."""
    response = _database_response(request, sys.exception())
    if response is not None:
        return response
    if is_api_request(request):
        return JsonResponse({"detail": "Internal server error."}, status=500)
    return defaults.server_error(request)


def _database_response(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The 503 response if `error` came from the database, else None."""
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    logger.error("database: %s", one_line(error))
    if connection_is_lost():
        breaker.trip()
    return unavailable(request)
