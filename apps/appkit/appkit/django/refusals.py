"""Requests that are refused before a view runs, and the status of each refusal.

Each application's `handler400` renders the response, so that every refusal is its own page or JSON.
"""

import codecs
import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

from appkit.wsgi import REFUSED

_EXTENDED_PARAMETER = re.compile(r"\*[0-9*]*\s*=")
"""A header parameter in the notation of RFC 2231, such as `q*=utf-8''1`. Python's parser raises
various exceptions for an invalid one. No known client sends one in these headers."""


class Refused(BadRequest):
    """A request that gets an error response with `status`."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.description or status.phrase)
        self.status = status


def status_of(exception: Exception) -> HTTPStatus:
    """The status of the response to an exception for which Django calls `handler400`."""
    match exception:
        case Refused():
            return exception.status
        case RequestDataTooBig():
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        case _:
            return HTTPStatus.BAD_REQUEST


def is_utf8(content_type: str) -> bool:
    """Whether the header can be parsed, and its charset is absent or UTF-8.

    Django decodes a query and a form with the charset of the request, whatever it is: `zlib`
    is no text encoding, and `unicode_escape` creates text that Postgres cannot store.
    """
    if ";" not in content_type:
        return True
    if _EXTENDED_PARAMETER.search(content_type):
        return False
    try:
        _, parameters = parse_header_parameters(content_type)
        return codecs.lookup(parameters.get("charset", "utf-8")).name in ("utf-8", "ascii")
    except (LookupError, ValueError):
        return False


class HeaderCheck:
    """WSGI middleware that marks a request as refused if Django could not parse its headers.

    Django parses `Content-Type` when it creates the request, before any middleware of its own.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not is_utf8(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = ""
            environ.setdefault(REFUSED, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if _EXTENDED_PARAMETER.search(environ.get("HTTP_ACCEPT", "")):
            environ["HTTP_ACCEPT"] = "*/*"
            environ.setdefault(REFUSED, HTTPStatus.BAD_REQUEST)
        return self._application(environ, start_response)


class RefusalMiddleware:
    """Refuses what the server or `HeaderCheck` marked and what is no form; gives a 405 a body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        status: HTTPStatus | None = request.META.get(REFUSED)
        if status is None and not _is_readable_form(request):
            status = HTTPStatus.BAD_REQUEST
        if status is not None:
            # Not raised: in development Django would answer with its page for debugging.
            return _render(request, status)
        response = self._get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = _render(request, HTTPStatus.METHOD_NOT_ALLOWED)
            for name, value in response.items():
                if name not in ("Content-Type", "Content-Length"):
                    page[name] = value
            return page
        return response


def _is_readable_form(request: HttpRequest) -> bool:
    """Whether the headers of the parts of a multipart form can be parsed.

    For some parameters in the notation of RFC 2231 Python raises a `TypeError`, which Django does
    not expect. Reading the body first keeps it for views that do not want a form.
    """
    if request.content_type == "multipart/form-data":
        try:
            _ = request.body, request.POST
        except TypeError:
            return False
    return True


def _render(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    handler: Callable[..., HttpResponse] = get_resolver().resolve_error_handler(400)
    return handler(request, exception=Refused(status))
