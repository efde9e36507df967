"""The shell around every application, whatever its framework.

It answers the health checks, settles which forwarded headers to believe, gives each request an
identity, sets the headers that every response has, and writes one line about each request.
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

from appkit.database import Database, DatabaseDown
from appkit.logs import request_id
from appkit.proxy import TrustedProxy, take_forwarded
from appkit.settings import Settings

type ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

ROUTE = "appkit.route"
"""Key of the environment under which a framework leaves the pattern that a request matched."""

MOST_DISCARDED = 16 * 1024 * 1024
"""Bytes that are taken off the line after the application is done; who sends more is cut off."""

_CHUNK = 64 * 1024

logger = logging.getLogger("appkit.request")


@dataclass(frozen=True)
class Served:
    """A request that was answered. `route` is the pattern that it matched, or empty."""

    method: str
    route: str
    status: int
    seconds: float


type Observer = Callable[[Served], None]

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def content_security_policy(changes: Mapping[str, str] | None = None) -> str:
    """The policy of every page, with `changes` (directive to sources) over the strict default."""
    return "; ".join(
        f"{name} {sources}" for name, sources in {**_POLICY, **(changes or {})}.items()
    )


class _Response:
    """One response: adds the headers that the application did not set itself."""

    def __init__(
        self, headers: Mapping[str, str], identity: str, start_response: StartResponse
    ) -> None:
        self._headers = {"X-Request-ID": identity, **headers}
        self._start_response = start_response
        self.identity = identity
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
        added = [pair for pair in self._headers.items() if pair[0].lower() not in present]
        if exc_info is None:
            return self._start_response(status, headers + added)
        return self._start_response(status, headers + added, exc_info)

    def fail(self) -> Iterable[bytes]:
        """The plain answer to an exception that the framework did not turn into a page."""
        body = b"Something went wrong on our side. Please try again.\n"
        self.start(
            "500 Internal Server Error",
            [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
        )
        return [body]


class _Line:
    """The one log line of a request. A query may hold secrets: only the path is written."""

    def __init__(
        self,
        environ: WSGIEnvironment,
        path: str,
        response: _Response,
        observers: Sequence[Observer],
    ) -> None:
        self._environ = environ
        self._method: str = environ["REQUEST_METHOD"]
        self._path = path
        self._response = response
        self._observers = observers
        self._start = time.perf_counter()

    def write(self) -> None:
        seconds = time.perf_counter() - self._start
        fields = {
            "request_id": self._response.identity,
            "method": self._method,
            "path": self._path,
            "status": self._response.status,
            "ms": round(seconds * 1000, 1),
        }
        text = f"{self._method} {self._path} {self._response.status}"
        logger.info("%s", text, extra={"fields": fields})
        route = self._environ.get(ROUTE, "")
        for observe in self._observers:
            observe(Served(self._method, route, self._response.status, seconds))


class _Body:
    """The application's body; its end is the end of the request."""

    def __init__(self, body: Iterable[bytes], line: _Line) -> None:
        self._body = body
        self._line = line

    def __iter__(self) -> Iterator[bytes]:
        yield from self._body

    def close(self) -> None:
        """Called by the server exactly once, also when the client went away."""
        try:
            close: Callable[[], Any] | None = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._line.write()


class ShopFloor:
    """A WSGI application that wraps another; made by `shop_floor`."""

    def __init__(
        self,
        application: WSGIApplication,
        settings: Settings,
        database: Database,
        policy: str,
    ) -> None:
        self.settings = settings
        self.database = database
        self.observers: list[Observer] = []
        self._application = application
        self._proxy = TrustedProxy(settings.trusted_proxy)
        self._headers = {
            "X-Replica": settings.replica,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Content-Security-Policy": policy,
        }
        if settings.secure:
            # Over plain http a browser ignores it, and complains on every page.
            self._headers["Cross-Origin-Opener-Policy"] = "same-origin"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sent = str(environ.get("HTTP_X_REQUEST_ID", ""))
        identity = sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(16)
        environ["HTTP_X_REQUEST_ID"] = identity
        token = request_id.set(identity)
        try:
            return self._answer(environ, _Response(self._headers, identity, start_response))
        finally:
            request_id.reset(token)

    def _answer(self, environ: WSGIEnvironment, response: _Response) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        # Before anything else, so that a health check costs nothing and never waits for a resolver.
        if path in ("/healthz", "/readyz"):
            return self._health(path, environ["REQUEST_METHOD"], response)
        peer = environ.get("REMOTE_ADDR", "")
        forwarded = take_forwarded(environ, self._proxy.trusts(peer))
        environ["SCRIPT_NAME"] = forwarded.prefix
        environ["REMOTE_ADDR"] = forwarded.client or peer
        if self.settings.secure or forwarded.secure:
            environ["wsgi.url_scheme"] = "https"
        line = _Line(environ, forwarded.prefix + path, response, self.observers)
        try:
            body = self._application(environ, response.start)
        except Exception:
            logger.exception("unhandled exception")
            if response.status:
                # The status line may be on its way: all that is left is to break off.
                raise
            body = response.fail()
        _discard(environ)
        return _Body(body, line)

    def _health(self, path: str, method: str, response: _Response) -> Iterable[bytes]:
        status, code = "ok", "200 OK"
        if method not in ("GET", "HEAD"):
            status, code = "method not allowed", "405 Method Not Allowed"
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


def _discard(environ: WSGIEnvironment) -> None:
    """Reads what the application left and forgets it.

    Who is still sending what was refused as too large would never see the answer.
    """
    # Only such a stream tells its end; others would have us wait for ever.
    if environ.get("wsgi.input_terminated"):
        for _ in range(MOST_DISCARDED // _CHUNK):
            if not environ["wsgi.input"].read(_CHUNK):
                return


def shop_floor(
    application: WSGIApplication,
    *,
    settings: Settings,
    database: Database,
    policy: str | None = None,
) -> ShopFloor:
    """Wraps `application`. `policy` is the Content-Security-Policy, by default the strict one."""
    return ShopFloor(application, settings, database, policy or content_security_policy())
