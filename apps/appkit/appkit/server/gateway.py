"""Runs a WSGI application for an ASGI server, on threads of its own.

A request reaches a thread only when it is complete, and its whole response returns to the event
loop, so that no thread ever waits for a client.
"""

from functools import partial
from http import HTTPStatus
from io import BytesIO
from wsgiref.types import WSGIEnvironment

from appkit.server import protocol
from appkit.server.asgi import Message, Receive, Send
from appkit.server.bodies import Bodies, Disconnected, Refused, discard
from appkit.server.overload import Overload
from appkit.server.requests import Response, environment, execute
from appkit.server.workers import Overloaded, Workers
from appkit.wsgi import REFUSED, ServiceMiddleware

MAX_TARGET = 8 * 1024
"""Bytes of path and query."""


class Gateway:
    """The ASGI application."""

    def __init__(self, service: ServiceMiddleware, workers: Workers) -> None:
        self._service = service
        self._workers = workers
        self._bodies = Bodies()
        self._overload = Overload(service)
        service.stuck = workers.stuck

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        environ = environment(scope)
        refused: HTTPStatus | None = scope.get(protocol.REFUSED) or _refusal(scope)
        if refused is None:
            try:
                body = await self._bodies.read(environ, receive)
                # The body may have turned out to be unreadable meanwhile.
                refused = scope.get(protocol.REFUSED)
                environ["CONTENT_LENGTH"] = str(len(body))
                environ["wsgi.input"] = BytesIO(body)
            except Refused as refusal:
                refused = refusal.status
            except Disconnected:
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
        unread = refused is not None
        await send({"type": "http.response.body", "body": response.body, "more_body": unread})
        if unread:
            await discard(receive)
            await send({"type": "http.response.body", "body": b""})

    async def _respond(self, environ: WSGIEnvironment) -> Response:
        call = partial(execute, self._service, environ)
        if environ["PATH_INFO"] == "/healthz":
            # On the event loop: no traffic can delay it, and it uses nothing that could wait.
            return call()
        try:
            return await self._workers.run(call)
        except Overloaded:
            self._overload.report(environ)
            return self._overload.refusal(environ)


def _refusal(scope: Message) -> HTTPStatus | None:
    """The reason for which a request is refused by its head alone."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > MAX_TARGET:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if sum(len(name) + len(value) for name, value in scope["headers"]) > protocol.MAX_HEAD:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return None
