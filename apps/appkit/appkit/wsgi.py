"""WSGI middleware around every application, independent of its framework.

It answers the health checks, evaluates the forwarded headers, keeps the cookies of https and http
apart, gives each request an ID, sets the headers that all responses have in common, and logs one
line for each request.
"""

import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from appkit import cookies
from appkit.database import Database, DatabaseDown
from appkit.logs import request_id
from appkit.proxy import TrustedProxy, take_forwarded
from appkit.settings import Settings
from appkit.sweeper import Sweeper

type ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

ROUTE = "appkit.route"
"""Key of the WSGI environment in which a framework puts the route pattern of a request."""

REFUSED = "appkit.refused"
"""Key of the WSGI environment of a request that the server refused, such as one with a body that is
too large: the HTTPStatus that the application's own error page must have. The body is empty."""

logger = logging.getLogger("appkit.request")


@dataclass(frozen=True)
class CompletedRequest:
    """A request whose response has ended. `route` is the pattern that it matched, or empty."""

    method: str
    route: str
    status: int
    seconds: float


type Observer = Callable[[CompletedRequest], None]

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SECRET = re.compile(r"<(?:\w+:)?(?:key|reference|token)>")
"""A route parameter whose value is all that a client needs to see the page."""

_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def content_security_policy(changes: Mapping[str, str] | None = None) -> str:
    """The value of the header: the strict default, with `changes` (directive to sources)."""
    return "; ".join(
        f"{name} {sources}" for name, sources in {**_POLICY, **(changes or {})}.items()
    )


class _Response:
    """Starts one response: names its cookies, and adds headers that the application did not set."""

    def __init__(
        self, headers: Mapping[str, str], identifier: str, start_response: StartResponse
    ) -> None:
        self.headers = headers
        self._start_response = start_response
        self.identifier = identifier
        self.secure = False
        """Whether the request came over https."""
        self.status = 0

    def start(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: ExcInfo | None = None,
        /,
    ) -> Callable[[bytes], object]:
        self.status = int(status.split(" ", 1)[0])
        present = {name.lower() for name, _ in headers}
        own = {"X-Request-ID": self.identifier, **self.headers}
        added = [pair for pair in own.items() if pair[0].lower() not in present]
        sent = [*map(self._renamed, headers), *added]
        if exc_info is None:
            return self._start_response(status, sent)
        return self._start_response(status, sent, exc_info)

    def _renamed(self, header: tuple[str, str]) -> tuple[str, str]:
        name, value = header
        is_cookie = name.lower() == "set-cookie"
        return name, cookies.sent(value, secure=self.secure) if is_cookie else value

    def fail(self) -> Iterable[bytes]:
        """The plain-text response to an exception that the framework did not handle."""
        body = b"Something went wrong on our side. Please try again.\n"
        self.start(
            "500 Internal Server Error",
            [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
        )
        return [body]


class _RequestLog:
    """Logs one line about a request.

    It has the path without the query, which may contain secrets, and the pattern of the route in
    place of a path that contains one.
    """

    def __init__(
        self,
        environ: WSGIEnvironment,
        path: str,
        response: _Response,
        observers: Sequence[Observer],
    ) -> None:
        self._environ = environ
        self._method: str = environ["REQUEST_METHOD"]
        self._prefix: str = environ["SCRIPT_NAME"]
        self._client: str = environ["REMOTE_ADDR"]
        self._path = path
        self._response = response
        self._observers = observers
        self._start = time.perf_counter()

    def write(self) -> None:
        seconds = time.perf_counter() - self._start
        route: str = self._environ.get(ROUTE, "")
        path = self._prefix + (route if _SECRET.search(route) else self._path)
        fields = {
            "request_id": self._response.identifier,
            "client": self._client,
            "method": self._method,
            "path": path,
            "status": self._response.status,
            "ms": round(seconds * 1000, 1),
        }
        text = f"{self._method} {path} {self._response.status}"
        logger.info("%s", text, extra={"fields": fields})
        for observe in self._observers:
            observe(CompletedRequest(self._method, route, self._response.status, seconds))


class _Body:
    """The body of the application's response; the request ends when the server closes it."""

    def __init__(self, body: Iterable[bytes], log: _RequestLog) -> None:
        self._body = body
        self._log = log

    def __iter__(self) -> Iterator[bytes]:
        yield from self._body

    def close(self) -> None:
        """The server calls it exactly once, also when the client has disconnected."""
        try:
            close: Callable[[], Any] | None = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._log.write()


class ServiceMiddleware:
    """A WSGI application that wraps another one.

    `policy` is the Content-Security-Policy of every response; by default the strict one. The server
    starts the `sweepers` when it begins to serve, so a command that loads the application does not.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        settings: Settings,
        database: Database,
        policy: str | None = None,
        sweepers: Sequence[Sweeper] = (),
    ) -> None:
        self.settings = settings
        self.sweepers = sweepers
        self.database = database
        self.observers: list[Observer] = []
        self.stuck: Callable[[], bool] = lambda: False
        """Whether no request can be answered any more, so that only a restart helps."""

        self._application = application
        self._proxy = TrustedProxy(settings.trusted_proxy)
        self._headers = {
            "X-Replica": settings.replica,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Content-Security-Policy": policy or content_security_policy(),
        }
        # Over plain http browsers ignore it and log a warning on every page.
        self._headers_of_https = {**self._headers, "Cross-Origin-Opener-Policy": "same-origin"}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sent = str(environ.get("HTTP_X_REQUEST_ID", ""))
        identifier = sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(16)
        environ["HTTP_X_REQUEST_ID"] = identifier
        token = request_id.set(identifier)
        try:
            return self._respond(environ, _Response(self._headers, identifier, start_response))
        finally:
            request_id.reset(token)

    def _respond(self, environ: WSGIEnvironment, response: _Response) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        # First, so that a health check is cheap and never waits for a DNS lookup.
        if path in ("/healthz", "/readyz"):
            return self._health(path, environ["REQUEST_METHOD"], response)
        peer = environ.get("REMOTE_ADDR", "")
        forwarded = take_forwarded(environ, self._proxy, self.settings.trusted_networks)
        environ["SCRIPT_NAME"] = forwarded.prefix
        environ["REMOTE_ADDR"] = forwarded.client or peer
        if forwarded.secure:
            environ["wsgi.url_scheme"] = "https"
            environ["HTTP_COOKIE"] = cookies.received(environ.get("HTTP_COOKIE", ""))
            response.secure = True
            response.headers = self._headers_of_https
        log = _RequestLog(environ, path, response, self.observers)
        try:
            body = self._application(environ, response.start)
        except Exception:
            logger.exception("unhandled exception")
            if response.status:
                # The status may already be sent, so the server has to close the connection.
                raise
            body = response.fail()
        return _Body(body, log)

    def _health(self, path: str, method: str, response: _Response) -> Iterable[bytes]:
        status, code = "ok", "200 OK"
        if method not in ("GET", "HEAD"):
            status, code = "method not allowed", "405 Method Not Allowed"
        elif path == "/healthz" and (self.stuck() or self.database.stuck()):
            status, code = "no request can be answered any more", "503 Service Unavailable"
        elif path == "/readyz":
            try:
                self.database.ping()
            except DatabaseDown as error:
                logger.warning("not ready: %s", error)
                status, code = "the database does not answer", "503 Service Unavailable"
        body = json.dumps(
            {
                "status": status,
                "app": self.settings.app,
                "release": self.settings.release,
                "replica": self.settings.replica,
            }
        ).encode()
        response.start(
            code,
            [
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
            ],
        )
        return [] if method == "HEAD" else [body]
