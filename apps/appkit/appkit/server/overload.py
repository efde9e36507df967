"""The answer to a request beyond the capacity, and its report."""

import logging
import time
from http import HTTPStatus
from wsgiref.types import WSGIEnvironment

from appkit.server.requests import Response
from appkit.wsgi import CompletedRequest, ServiceMiddleware

RETRY_SECONDS = 2

LOG_SECONDS = 1.0
"""Seconds between two log lines about refused requests."""

logger = logging.getLogger("appkit.server")


class Overload:
    """Counts the requests that are refused because of too much load."""

    def __init__(self, service: ServiceMiddleware) -> None:
        self._service = service
        self._refused = 0
        self._logged = float("-inf")

    def report(self, environ: WSGIEnvironment) -> None:
        """Passes the request to the metrics, and logs at most one line a second."""
        self._refused += 1
        completed = CompletedRequest(
            environ["REQUEST_METHOD"], "", HTTPStatus.SERVICE_UNAVAILABLE, 0.0
        )
        for observe in self._service.observers:
            observe(completed)
        now = time.monotonic()
        if now - self._logged >= LOG_SECONDS:
            logger.warning("overloaded: %d requests were refused", self._refused)
            self._refused, self._logged = 0, now


def refusal(environ: WSGIEnvironment) -> Response:
    """The 503 of a replica that has more requests than it can serve in time."""
    if "text/html" in environ.get("HTTP_ACCEPT", ""):
        kind, body = b"text/html; charset=utf-8", _OVERLOADED_PAGE
    else:
        kind, body = b"application/json", b'{"detail": "Too many requests at the moment."}\n'
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(RETRY_SECONDS).encode()),
        (b"cache-control", b"no-store"),
    ]
    return Response(HTTPStatus.SERVICE_UNAVAILABLE, headers, body)


# Without a style sheet: it would be one more request to the overloaded replica.
_OVERLOADED_PAGE = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Too many requests at the moment</title>
<h1>Too many requests at the moment</h1>
<p>The server has more requests than it can answer in time. Please try again in a few seconds.</p>
</html>
"""
