"""Bounds of what one connection, and all connections together, may hold.

uvicorn's protocol has no deadline for the head of a request and none for a client that does not
read its response. Neither a slow client nor thousands of idle ones may use up the memory or the
file descriptors of the process.
"""

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REFUSED = "appkit.refused"
"""Key of the ASGI scope of a request that cannot be read: the HTTPStatus of the response."""

HEAD_SECONDS = 15.0
"""Seconds from the start of a connection, or of a request, until its head is complete."""

MAX_HEAD = 32 * 1024
"""Bytes of the request line and all headers; nginx and browsers send less."""

MAX_CONNECTIONS = 8192
"""Open connections. A further one replaces the one that has been idle for longest."""

WRITE_SECONDS = 20.0
"""Seconds within which a client must read at least `MIN_READ` bytes of a response."""

MIN_READ = 16 * 1024

MAX_UNREAD = 256
"""Connections whose response waits for its client. A further one ends the oldest of them."""


def _end_first(waiting: dict["BoundedProtocol", None]) -> None:
    """Ends the connection that has waited for longest."""
    first = next(iter(waiting))
    del waiting[first]
    first.transport.abort()


class BoundedProtocol(HttpToolsProtocol):
    """One connection of a client."""

    idle: ClassVar[dict["BoundedProtocol", None]] = {}
    """All connections that wait for a complete head, in the order of their waiting."""

    unread: ClassVar[dict["BoundedProtocol", None]] = {}
    """All connections whose client does not read, in the order of their waiting."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_deadline: asyncio.TimerHandle | None = None
        self._head_size = 0
        self._refused: HTTPStatus | None = None
        self._write_check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # With a mark of zero, `pause_writing` means that the client does not read.
        transport.set_write_buffer_limits(high=0)
        self._expect_head()
        if len(self.connections) > MAX_CONNECTIONS:
            _end_first(self.idle)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_complete()
        self._written()
        super().connection_lost(exc)

    def send_400_response(self, _message: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST)

    def data_received(self, data: bytes) -> None:
        if self._refused is not None:
            # Behind what cannot be read nothing can be read.
            return
        self._head_size += len(data)
        super().data_received(data)
        if self._head_deadline is not None and self._head_size > MAX_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        self._head_complete()
        if self._refused is not None:
            self.scope[REFUSED] = self._refused  # type: ignore[literal-required]
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self.idle[self] = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread[self] = None
        self._check_writing(self.transport.get_write_buffer_size())
        if len(self.unread) > MAX_UNREAD:
            _end_first(self.unread)

    def resume_writing(self) -> None:
        self._written()
        super().resume_writing()

    def _refuse(self, status: HTTPStatus) -> None:
        """Lets the application answer with its error page. The connection ends after it."""
        self._refused = status
        # It is None before the first request.
        if self.cycle is not None and self.cycle.more_body:  # type: ignore[redundant-expr]
            # The body of this request cannot be read.
            self.cycle.scope[REFUSED] = status  # type: ignore[literal-required]
            self.on_message_complete()
        else:
            # The head cannot be read: another one takes its place, behind earlier requests.
            self.parser = httptools.HttpRequestParser(self)
            self.parser.feed_data(b"GET / HTTP/1.1\r\n\r\n")

    def _expect_head(self) -> None:
        self.idle[self] = None
        if self._head_deadline is None:
            self._head_size = 0
            self._head_deadline = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _head_complete(self) -> None:
        self.idle.pop(self, None)
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None

    def _check_writing(self, before: int) -> None:
        """Aborts the connection at the next check unless the client has read enough by then."""

        def check() -> None:
            size = self.transport.get_write_buffer_size()
            if before - size < MIN_READ:
                self.transport.abort()
            else:
                self._check_writing(size)

        self._write_check = self.loop.call_later(WRITE_SECONDS, check)

    def _written(self) -> None:
        self.unread.pop(self, None)
        if self._write_check is not None:
            self._write_check.cancel()
            self._write_check = None
