"""Keeps the pages of one visitor, and the keys in their addresses, from everybody else."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

KEY = "key"
"""The name of a URL parameter that opens a page to anybody who knows it. No log may have it."""


class PrivateResponses:
    """Forbids caches to store the pages of a session, and those whose address has a key.

    Links from a page with a key do not send its address. The policy is not `no-referrer`: browsers
    would then send the forms of the page without their origin, and Django would refuse them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        has_key = request.resolver_match is not None and KEY in request.resolver_match.kwargs
        session = settings.SESSION_COOKIE_NAME
        if has_key or session in request.COOKIES or session in response.cookies:
            response["Cache-Control"] = "no-store, private"
        if has_key:
            response["Referrer-Policy"] = "strict-origin"
        return response
