"""Runs a WSGI application for an ASGI server, on threads of its own.

A request reaches a thread only when it is complete, and its whole response returns to the event
loop, so that no thread ever waits for a client.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from appkit.server.protocol import MAX_HEAD
from appkit.server.workers import Overloaded, Workers
from appkit.wsgi import REFUSED, CompletedRequest, ServiceMiddleware

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Headers = list[tuple[bytes, bytes]]

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a request body; nginx has the same limit."""

MAX_TARGET = 8 * 1024
"""Bytes of path and query."""

MAX_BODIES = 64 * 1024 * 1024
"""Bytes of all request bodies that are being received. Beyond it the oldest one is given up."""

BODY_SECONDS = 60.0
"""Seconds within which a request body must be complete."""

MAX_DISCARDED = 16 * 1024 * 1024
"""Bytes of a refused body that are read, because a client that still sends reads no response."""

DISCARD_SECONDS = 5.0

RETRY_SECONDS = 2

LOG_SECONDS = 1.0
"""Seconds between two log lines about refused requests."""

logger = logging.getLogger("appkit.server")


@dataclass(frozen=True)
class _Response:
    status: int
    headers: Headers
    body: bytes


class _Refused(Exception):
    """The request must not be executed; the connection ends after the response."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class _Disconnected(Exception):
    """The client ended the connection before its request was complete."""


class Gateway:
    """The ASGI application."""

    def __init__(self, service: ServiceMiddleware, workers: Workers) -> None:
        self._service = service
        self._workers = workers
        self._bodies = _Bodies()
        self._overload = _Overload(service)
        service.stuck = workers.stuck

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        environ = _environment(scope)
        refused = _refusal(scope)
        if refused is None:
            try:
                body = await self._bodies.read(environ, receive)
                environ["CONTENT_LENGTH"] = str(len(body))
                environ["wsgi.input"] = BytesIO(body)
            except _Refused as refusal:
                refused = refusal.status
            except _Disconnected:
                return
        if refused is not None:
            environ[REFUSED] = refused
        response = await self._respond(environ)
        if refused is not None:
            response.headers.append((b"connection", b"close"))
        await send(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": response.headers,
            }
        )
        if refused is not None:
            await send({"type": "http.response.body", "body": response.body, "more_body": True})
            await _discard(receive)
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "http.response.body", "body": response.body})

    async def _respond(self, environ: WSGIEnvironment) -> _Response:
        call = partial(_call, self._service, environ)
        if environ["PATH_INFO"] == "/healthz":
            # On the event loop: no traffic can delay it, and it uses nothing that could wait.
            return call()
        try:
            return await self._workers.run(call)
        except Overloaded:
            self._overload.report(environ)
            return _overloaded(environ)


class _Overload:
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


def _refusal(scope: Message) -> HTTPStatus | None:
    """The reason for which a request is refused by its head alone."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > MAX_TARGET:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEAD:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return None


class _Bodies:
    """Receives the bodies of all requests, within one bound for all of them."""

    def __init__(self) -> None:
        self._sizes: dict[asyncio.Timeout, int] = {}
        self._total = 0

    async def read(self, environ: WSGIEnvironment, receive: Receive) -> bytes:
        """The complete body. Raises `_Refused` or `_Disconnected`."""
        length: str | None = environ.get("CONTENT_LENGTH")
        if length is None and environ.pop("HTTP_TRANSFER_ENCODING", None) is None:
            return b""
        if length is not None and int(length) > MAX_BODY:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS) as deadline:
                while await self._receive(deadline, body, receive):
                    pass
        except TimeoutError:
            raise _Refused(HTTPStatus.REQUEST_TIMEOUT) from None
        finally:
            self._total -= self._sizes.pop(deadline, 0)
        return bytes(body)

    async def _receive(self, deadline: asyncio.Timeout, body: bytearray, receive: Receive) -> bool:
        """Appends the next part to `body`. Returns whether another one follows."""
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Disconnected
        part: bytes = message["body"]
        body += part
        if len(body) > MAX_BODY:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self._sizes[deadline] = len(body)
        self._total += len(part)
        if self._total > MAX_BODIES:
            # The oldest, because an honest client has sent its body soon.
            next(iter(self._sizes)).reschedule(0)
        return bool(message["more_body"])


def _environment(scope: Message) -> WSGIEnvironment:
    """The WSGI environment of a request, without its body (PEP 3333)."""
    host, port = scope["server"] or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # A name with an underscore would be taken for the one with a dash, which the proxy sets.
        if b"_" in raw_name:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        separator = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    return environ


def _call(application: WSGIApplication, environ: WSGIEnvironment) -> _Response:
    """Executes one request, and collects its response."""
    status = 0
    headers: Headers = []
    parts: list[bytes] = []

    def start_response(
        line: str, given: list[tuple[str, str]], _exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        nonlocal status, headers
        status = int(line.split(" ", 1)[0])
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given
        ]
        return parts.append

    chunks: Iterable[bytes] = application(environ, start_response)
    try:
        parts.extend(chunks)
    finally:
        close: Callable[[], object] | None = getattr(chunks, "close", None)
        if close is not None:
            close()
    body = b"".join(parts)
    bodyless = environ["REQUEST_METHOD"] == "HEAD" or status in (204, 304)
    if not bodyless and not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(len(body)).encode()))
    return _Response(status, headers, body)


def _overloaded(environ: WSGIEnvironment) -> _Response:
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
    return _Response(HTTPStatus.SERVICE_UNAVAILABLE, headers, body)


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


async def _discard(receive: Receive) -> None:
    """Reads the rest of a refused body, up to a limit."""
    discarded = 0
    try:
        async with asyncio.timeout(DISCARD_SECONDS):
            while discarded <= MAX_DISCARDED:
                message = await receive()
                if message["type"] == "http.disconnect" or not message["more_body"]:
                    return
                discarded += len(message["body"])
    except TimeoutError:
        return
