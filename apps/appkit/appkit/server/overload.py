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
    """Refuses requests because of too much load, and counts them."""

    def __init__(self, service: ServiceMiddleware) -> None:
        self._service = service
        self._page = _PAGE.format(app=service.settings.app).encode()
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

    def refusal(self, environ: WSGIEnvironment) -> Response:
        """The 503 of a replica that has more requests than it can serve in time."""
        if "text/html" in environ.get("HTTP_ACCEPT", ""):
            kind, body = b"text/html; charset=utf-8", self._page
        else:
            kind, body = b"application/json", _DOCUMENT
        headers = [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
            (b"content-security-policy", _POLICY),
            (b"x-content-type-options", b"nosniff"),
            (b"retry-after", str(RETRY_SECONDS).encode()),
            (b"cache-control", b"no-store"),
        ]
        return Response(HTTPStatus.SERVICE_UNAVAILABLE, headers, body)


_DOCUMENT = b'{"detail": "Too many requests at the moment."}\n'

# The styles are in the page: a style sheet would be one more request to the overloaded replica.
_POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="application-name" content="{app}">
<title>Too many requests at the moment</title>
<style>
:root {{ color-scheme: light dark }}
body {{ margin: 0; font: 17px/1.55 system-ui, sans-serif }}
main {{ max-width: 36rem; margin: 0 auto; padding: 4rem 1rem }}
h1 {{ font-size: 1.6rem; line-height: 1.2 }}
</style>
</head>
<body>
<main>
<h1>Too many requests at the moment</h1>
<p>The server has more requests than it can answer in time. Nothing was done.
Please try again in a few seconds.</p>
</main>
</body>
</html>
"""
