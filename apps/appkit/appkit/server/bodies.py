"""Receives the bodies of requests: complete, in time, and within bounds."""

import asyncio
from http import HTTPStatus
from wsgiref.types import WSGIEnvironment

from appkit.server.asgi import Receive

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a request body; nginx has the same limit."""

MAX_BODIES = 64 * 1024 * 1024
"""Bytes of all request bodies that are being received. Beyond it the oldest one is given up."""

BODY_SECONDS = 60.0
"""Seconds within which a request body must be complete."""

MAX_DISCARDED = 16 * 1024 * 1024
"""Bytes of a refused body that are read, because a client that still sends reads no response."""

DISCARD_SECONDS = 5.0


class Refused(Exception):
    """The request must not be executed; the connection ends after the response."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Disconnected(Exception):
    """The client ended the connection before its request was complete."""


class Bodies:
    """Receives the bodies of all requests, within one bound for all of them."""

    def __init__(self) -> None:
        self._sizes: dict[asyncio.Timeout, int] = {}
        self._total = 0

    async def read(self, environ: WSGIEnvironment, receive: Receive) -> bytes:
        """The complete body. Raises `Refused` or `Disconnected`."""
        length: str | None = environ.get("CONTENT_LENGTH")
        if length is None and environ.pop("HTTP_TRANSFER_ENCODING", None) is None:
            return b""
        if length is not None and int(length) > MAX_BODY:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS) as deadline:
                while await self._receive(deadline, body, receive):
                    pass
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
        finally:
            self._total -= self._sizes.pop(deadline, 0)
        return bytes(body)

    async def _receive(self, deadline: asyncio.Timeout, body: bytearray, receive: Receive) -> bool:
        """Appends the next part to `body`. Returns whether another one follows."""
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part: bytes = message["body"]
        body += part
        if len(body) > MAX_BODY:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self._sizes[deadline] = len(body)
        self._total += len(part)
        if self._total > MAX_BODIES:
            # The oldest, because an honest client has sent its body soon.
            next(iter(self._sizes)).reschedule(0)
        return bool(message["more_body"])


async def discard(receive: Receive) -> None:
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
