"""A WSGI application served by `appkit.server` over real sockets, and its clients."""

import secrets
import socket
import threading
import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import uvicorn

from appkit.env import Environment
from appkit.server.gateway import Gateway
from appkit.server.program import configuration
from appkit.server.workers import Workers
from appkit.settings import Settings
from appkit.wsgi import REFUSED, ServiceMiddleware

TIMEOUT = 60
"""Seconds until a test fails that waits for the server."""


def free_port() -> int:
    """A port at which nobody listens.

    It is below those that the kernel gives to clients: a client that connects again and again to
    one of these, before the server listens, at last connects to itself.
    """
    # At random, because another process may choose one at the same time.
    first = 20_000 + secrets.randbelow(9_000)
    return next(filter(_is_free, range(first, 30_000)))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


class Database:
    def ping(self) -> None: ...

    def pending(self) -> list[str]:
        return []

    def close(self) -> None: ...

    def stuck(self) -> bool:
        return False


class Site:
    """An application, served from a thread on a free port."""

    def __init__(self, threads: int) -> None:
        with Environment({"ENVIRONMENT": "development", "PORT": "1"}) as env:
            self.settings = Settings.read(env, app="shop")
        self.seen: WSGIEnvironment = {}
        self.bodies: list[bytes] = []
        self.status = "200 OK"
        self.headers = [("Content-Type", "text/plain")]
        self.body = b"hello"
        self.entered = threading.Semaphore(0)
        self.released = threading.Event()
        service = ServiceMiddleware(self.application, settings=self.settings, database=Database())
        config = configuration(Gateway(service, Workers(threads)), self.settings)
        config.port = 0
        self.server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self.server.run)

    def application(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/block":
            self.entered.release()
            self.released.wait(TIMEOUT)
        self.seen = environ
        self.bodies.append(environ["wsgi.input"].read())
        refused = environ.get(REFUSED)
        start(f"{refused.value} Refused" if refused else self.status, self.headers)
        return [self.body]

    def start(self) -> int:
        self._thread.start()
        until = time.monotonic() + TIMEOUT
        while not self.server.started:
            if time.monotonic() > until:
                raise TimeoutError("the server did not start")
            time.sleep(0.01)
        port: int = self.server.servers[0].sockets[0].getsockname()[1]
        return port

    def stop(self) -> None:
        self.released.set()
        self.server.should_exit = self.server.force_exit = True
        self._thread.join(TIMEOUT)


class Client:
    """Connections to one site."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open: list[socket.socket] = []

    def send(self, data: bytes) -> socket.socket:
        """A new connection that has sent `data` and stays open."""
        connection = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
        self.open.append(connection)
        connection.sendall(data)
        return connection

    def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the response, after which the server must close."""
        return response(everything(self.send(request)))

    def get(self, path: str = "/") -> tuple[int, dict[str, str], bytes]:
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())


def everything(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def response(data: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return int(status.split()[1]), {name.lower(): value for name, value in pairs}, body


def is_closed(connection: socket.socket) -> bool:
    """Whether the server ends the connection without a response. Waits for it."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
