"""The HTTP server under slow, silent, greedy and many clients, over real sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import uvicorn

from appkit import database, logs
from appkit.env import EXIT_CONFIG, Environment
from appkit.server import gateway, program, protocol, workers
from appkit.server.gateway import Gateway
from appkit.server.program import configuration
from appkit.server.workers import Workers
from appkit.settings import Settings
from appkit.wsgi import REFUSED, ServiceMiddleware

TIMEOUT = 60
"""Seconds until a test fails that waits for the server."""


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
            assert time.monotonic() < until
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


type Serve = Callable[..., tuple[Site, Client]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[tuple[Site, Client]] = []

    def start(threads: int = 2) -> tuple[Site, Client]:
        site = Site(threads)
        client = Client(site.start())
        running.append((site, client))
        return site, client

    yield start
    for site, client in running:
        for connection in client.open:
            connection.close()
        site.stop()


HALF_HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
HALF_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nab"
HALF_CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"


class TestSlowClients:
    @pytest.mark.parametrize("sent", [b"", b"G", HALF_HEAD, HALF_BODY, HALF_CHUNKED])
    def test_incomplete_requests_hold_no_thread(self, serve: Serve, sent: bytes) -> None:
        _, client = serve(threads=1)
        for _ in range(100):
            client.send(sent)
        assert client.get()[0] == 200
        assert client.get("/healthz")[0] == 200

    @pytest.mark.parametrize("sent", [b"", b"G", HALF_HEAD])
    def test_a_head_has_a_deadline(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, sent: bytes
    ) -> None:
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.1)
        _, client = serve()
        assert is_closed(client.send(sent))

    def test_a_trickle_of_bytes_does_not_move_the_deadline(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
        _, client = serve()
        connection = client.send(HALF_HEAD)
        connection.settimeout(0.05)
        until = time.monotonic() + TIMEOUT
        closed = False
        while not closed and time.monotonic() < until:
            try:
                connection.sendall(b"X-A: b\r\n")
                closed = connection.recv(1) == b""
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                closed = True
        assert closed

    def test_the_next_request_of_a_connection_has_a_deadline_too(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
        _, client = serve()
        connection = client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while not received.endswith(b"hello"):
            received += connection.recv(65536)
        connection.sendall(HALF_HEAD)
        assert is_closed(connection)

    @pytest.mark.parametrize("sent", [HALF_BODY, HALF_CHUNKED])
    def test_a_body_has_a_deadline(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, sent: bytes
    ) -> None:
        monkeypatch.setattr(gateway, "BODY_SECONDS", 0.1)
        monkeypatch.setattr(gateway, "DISCARD_SECONDS", 0.1)
        site, client = serve()
        assert client.ask(sent)[0] == 408
        assert site.bodies == [b""]

    def test_a_client_that_reads_nothing_holds_no_thread(self, serve: Serve) -> None:
        site, client = serve(threads=1)
        site.body = b"x" * 20_000_000
        for _ in range(3):
            client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        until = time.monotonic() + TIMEOUT
        while len(protocol.BoundedProtocol.unread) < 3:
            assert time.monotonic() < until
            time.sleep(0.01)
        site.body = b"hello"
        assert client.get()[2] == b"hello"

    def test_a_client_that_reads_nothing_is_given_up(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "WRITE_SECONDS", 0.1)
        site, client = serve()
        site.body = b"x" * 20_000_000
        connection = client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        until = time.monotonic() + TIMEOUT
        while site.seen == {} or site.server.server_state.connections:
            assert time.monotonic() < until
            time.sleep(0.01)
        with suppress(ConnectionResetError):
            assert len(everything(connection)) < len(site.body)

    def test_a_slow_client_that_reads_is_served(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "WRITE_SECONDS", 0.3)
        monkeypatch.setattr(protocol, "MIN_READ", 1)
        site, client = serve()
        site.body = b"x" * 8_000_000
        connection = client.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = 0
        while part := connection.recv(400_000):
            received += len(part)
            time.sleep(0.01)
        assert received > len(site.body)

    def test_unread_responses_are_bounded(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "MAX_UNREAD", 2)
        site, client = serve()
        site.body = b"x" * 20_000_000
        first, *_ = [client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(3)]
        until = time.monotonic() + TIMEOUT
        while len(site.server.server_state.connections) > 2:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert len(protocol.BoundedProtocol.unread) <= 2
        assert first.recv(1)


class TestManyClients:
    def test_a_further_connection_replaces_the_one_that_is_idle_for_longest(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "MAX_CONNECTIONS", 5)
        _, client = serve()
        first = client.send(HALF_HEAD)
        for _ in range(4):
            client.send(b"")
        assert client.get()[0] == 200
        assert is_closed(first)

    def test_a_connection_that_is_served_is_not_replaced(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "MAX_CONNECTIONS", 2)
        site, client = serve()
        served = client.send(b"GET /block HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert site.entered.acquire(timeout=TIMEOUT)
        for _ in range(5):
            assert client.get()[0] == 200
        site.released.set()
        assert response(everything(served))[0] == 200


class TestLimits:
    def test_a_declared_body_that_is_too_large_is_never_read(self, serve: Serve) -> None:
        site, client = serve()
        size = gateway.MAX_BODY + 1
        head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode()
        assert client.ask(head + b"x" * size)[0] == 413
        assert site.bodies == [b""]

    def test_a_client_that_waits_for_permission_is_refused(self, serve: Serve) -> None:
        _, client = serve()
        head = b"Content-Length: 2000000000\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        connection = client.send(b"POST / HTTP/1.1\r\nHost: x\r\n" + head)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")

    def test_a_chunked_body_that_is_too_large_is_refused(self, serve: Serve) -> None:
        site, client = serve()
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        count = gateway.MAX_BODY // 65536 + 1
        assert (
            client.ask(
                b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk * count
                + b"0\r\n\r\n"
            )[0]
            == 413
        )
        assert site.bodies == [b""]

    def test_a_refused_body_is_read_up_to_a_limit(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gateway, "MAX_DISCARDED", 1_000_000)
        _, client = serve()
        connection = client.send(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
        )
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for _ in range(10_000):
                connection.sendall(b"x" * 65536)

    def test_all_bodies_together_are_bounded(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gateway, "MAX_BODIES", 100_000)
        monkeypatch.setattr(gateway, "DISCARD_SECONDS", 0.1)
        site, client = serve()
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\nConnection: close\r\n\r\n"
        oldest = client.send(head + b"x" * 60_000)
        status, _, _ = client.ask(head + b"x" * 90_000)
        assert status == 200
        assert response(everything(oldest))[0] == 408
        assert sorted(map(len, site.bodies)) == [0, 90_000]

    @pytest.mark.parametrize(
        ("request_line", "header", "status"),
        [
            ("GET /" + "a" * 9000 + " HTTP/1.1", "X-A: b", 414),
            ("GET /?" + "a" * 9000 + " HTTP/1.1", "X-A: b", 414),
            ("GET / HTTP/1.1", "X-A: " + "b" * 40_000, 431),
            ("GET / HTTP/1.1", "\r\n".join(f"X-{n}: b" for n in range(5000)), 431),
        ],
    )
    def test_a_long_head_is_refused(
        self, serve: Serve, request_line: str, header: str, status: int
    ) -> None:
        _, client = serve()
        assert client.ask(f"{request_line}\r\nHost: x\r\n{header}\r\n\r\n".encode())[0] == status

    def test_a_head_without_end_is_refused(self, serve: Serve) -> None:
        _, client = serve()
        connection = client.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
        try:
            for _ in range(10_000):
                connection.sendall(b"X-A: " + b"b" * 10_000 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            return
        pytest.fail("the server reads headers without end")

    @pytest.mark.parametrize(
        "request_bytes",
        [
            b"nonsense\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
            b"GET / HTTP/1.1\r\nX\x00: y\r\n\r\n",
        ],
    )
    def test_a_malformed_request_is_400(self, serve: Serve, request_bytes: bytes) -> None:
        site, client = serve()
        assert client.ask(request_bytes)[0] == 400
        assert site.seen == {}


class TestOverload:
    @pytest.mark.parametrize(
        ("accept", "kind"),
        [("text/html,*/*", "text/html; charset=utf-8"), ("*/*", "application/json")],
    )
    def test_beyond_the_capacity_requests_are_refused_at_once(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, accept: str, kind: str
    ) -> None:
        monkeypatch.setattr(workers, "MAX_WAIT", 0.05)
        site, client = serve(threads=1)
        blocked = b"GET /block HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        running = client.send(blocked)
        assert site.entered.acquire(timeout=TIMEOUT)
        waiting = client.send(blocked)
        time.sleep(0.2)
        status, headers, _ = client.ask(
            f"GET / HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\nConnection: close\r\n\r\n".encode()
        )
        assert status == 503
        assert int(headers["retry-after"]) > 0
        assert headers["content-type"] == kind
        assert headers["cache-control"] == "no-store"
        assert client.get("/healthz")[0] == 200
        site.released.set()
        assert [response(everything(one))[0] for one in (running, waiting)] == [200, 200]
        assert client.get()[0] == 200

    def test_a_burst_that_is_served_in_time_is_not_refused(self, serve: Serve) -> None:
        _, client = serve(threads=1)
        request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        burst = [client.send(request) for _ in range(100)]
        assert {response(everything(one))[0] for one in burst} == {200}


class TestLiveness:
    def test_a_busy_application_is_alive(self, serve: Serve) -> None:
        site, client = serve(threads=1)
        client.send(b"GET /block HTTP/1.1\r\nHost: x\r\n\r\n")
        assert site.entered.acquire(timeout=TIMEOUT)
        assert client.get("/healthz")[0] == 200

    def test_an_application_whose_threads_all_hang_is_not(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workers, "STUCK_SECONDS", 0.05)
        site, client = serve(threads=2)
        client.send(b"GET /block HTTP/1.1\r\nHost: x\r\n\r\n")
        assert site.entered.acquire(timeout=TIMEOUT)
        time.sleep(0.1)
        assert client.get("/healthz")[0] == 200
        client.send(b"GET /block HTTP/1.1\r\nHost: x\r\n\r\n")
        assert site.entered.acquire(timeout=TIMEOUT)
        time.sleep(0.1)
        status, _, body = client.get("/healthz")
        assert status == 503
        assert json.loads(body)["status"] != "ok"
        site.released.set()
        assert client.get()[0] == 200
        assert client.get("/healthz")[0] == 200


class TestGateway:
    def test_the_application_sees_the_request(self, serve: Serve) -> None:
        site, client = serve()
        client.ask(
            b"POST /caf%C3%A9%2F?q=%41 HTTP/1.1\r\nHost: x:1\r\nContent-Type: text/plain\r\n"
            b"Content-Length: 3\r\nX-Twice: a\r\nX-Twice: b\r\nCookie: a=1\r\nCookie: b=2\r\n"
            b"X_Forwarded_For: evil\r\nConnection: close\r\n\r\nabc"
        )
        assert site.bodies == [b"abc"]
        expected = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/café/".encode().decode("latin-1"),
            "QUERY_STRING": "q=%41",
            "CONTENT_TYPE": "text/plain",
            "CONTENT_LENGTH": "3",
            "HTTP_HOST": "x:1",
            "HTTP_X_TWICE": "a,b",
            "HTTP_COOKIE": "a=1; b=2",
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
        }
        assert {name: site.seen.get(name) for name in expected} == expected
        assert not [name for name in site.seen if "FORWARDED" in name]

    def test_a_chunked_body_has_a_length(self, serve: Serve) -> None:
        site, client = serve()
        client.ask(
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        assert site.bodies == [b"abcde"]
        assert site.seen["CONTENT_LENGTH"] == "5"
        assert "HTTP_TRANSFER_ENCODING" not in site.seen

    def test_a_response_without_length_gets_one(self, serve: Serve) -> None:
        _, client = serve()
        status, headers, body = client.get()
        assert (status, headers["content-length"], body) == (200, "5", b"hello")
        assert "server" not in headers
        assert headers["date"]

    @pytest.mark.parametrize(
        ("method", "status"), [("HEAD", "200 OK"), ("GET", "304 Not Modified")]
    )
    def test_a_response_without_body(self, serve: Serve, method: str, status: str) -> None:
        site, client = serve()
        site.status, site.body = status, b""
        found, headers, body = client.ask(
            f"{method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )
        assert (found, body) == (int(status[:3]), b"")
        assert "transfer-encoding" not in headers

    def test_pipelined_requests_are_answered_in_order(self, serve: Serve) -> None:
        site, client = serve()
        last = b"GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        found = everything(client.send(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + last))
        assert found.count(b"HTTP/1.1 200 ") == 4
        assert site.seen["PATH_INFO"] == "/b"


MODULE = """
import time
from appkit import settings
from appkit.wsgi import ServiceMiddleware

class Database:
    def ping(self): ...
    def pending(self): return {pending}
    def close(self): ...
    def stuck(self): return False

def hello(environ, start):
    if environ["PATH_INFO"] == "/slow":
        print("entered", flush=True)
        time.sleep(1)
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"{text}"]

application = ServiceMiddleware(hello, settings=settings.read(), database=Database())
"""


class Program:
    """`python -m appkit.server` with an application in a folder of its own."""

    def __init__(self, folder: Path, **environ: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        path = f"{folder}:{Path.cwd()}"
        values = {"APP_NAME": "shop", "PORT": str(self.port), "PYTHONPATH": path, **environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "appkit.server", "site_under_test:application"],
            cwd=folder,
            # A compiled module would hide a change within the same second.
            env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **values},
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self, text: bytes) -> None:
        """Returns once the start page has this text."""
        until = time.monotonic() + TIMEOUT
        while True:
            with (
                suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port)) as connection,
            ):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if everything(connection).endswith(text):
                    return
            assert time.monotonic() < until
            time.sleep(0.05)


PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "sqlite:////tmp/unused",
}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def start(*, pending: str = "[]", **environ: str) -> Program:
        write(tmp_path, "one", pending)
        programs.append(Program(tmp_path, **environ))
        return programs[-1]

    yield start
    for started in programs:
        # In development the program has a child.
        with suppress(ProcessLookupError):
            os.killpg(started.process.pid, signal.SIGKILL)
        started.process.communicate()


def write(folder: Path, text: str, pending: str = "[]") -> None:
    source = MODULE.replace("{text}", text).replace("{pending}", pending)
    (folder / "site_under_test.py").write_text(source)


class TestProgram:
    def test_sigterm_ends_the_program_after_the_last_request(
        self, run: Callable[..., Program]
    ) -> None:
        started = run(**PRODUCTION)
        started.wait(b"one")
        with Client(started.port).send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") as slow:
            assert started.process.stdout is not None
            while "entered" not in started.process.stdout.readline():
                assert started.process.poll() is None
            started.process.send_signal(signal.SIGTERM)
            assert response(everything(slow))[2] == b"one"
        assert started.process.wait(TIMEOUT) == 0

    def test_sigterm_ends_a_start_that_waits(self, run: Callable[..., Program]) -> None:
        started = run(pending='(print("waits", flush=True), ["0001"])[1]', **PRODUCTION)
        assert started.process.stdout is not None
        assert "waits" in started.process.stdout.readline()
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(TIMEOUT) == 0

    def test_a_wrong_setting_is_one_line(self, run: Callable[..., Program]) -> None:
        started = run(**{**PRODUCTION, "THREADS": "none"})
        output, _ = started.process.communicate(timeout=TIMEOUT)
        assert started.process.returncode == EXIT_CONFIG
        assert output.startswith("settings: THREADS")
        assert len(output.splitlines()) == 1

    def test_development_serves_a_changed_source(
        self, run: Callable[..., Program], tmp_path: Path
    ) -> None:
        started = run(ENVIRONMENT="development")
        started.wait(b"one")
        write(tmp_path, "two")
        started.wait(b"two")
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(TIMEOUT) == 0


def test_a_wait_that_ends_without_a_database_stops_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    def give_up(*_arguments: Any, **_options: Any) -> None:
        raise database.NotReady("gave up")

    service = type("Service", (), {"database": Database()})()
    monkeypatch.setattr(logs, "configure", lambda _settings: None)
    monkeypatch.setattr(database, "wait", give_up)
    monkeypatch.setattr(program, "load", lambda _target: service)
    for name, value in {**PRODUCTION, "APP_NAME": "shop"}.items():
        monkeypatch.setenv(name, value)
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as caught:
            program.serve("unused:application")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert caught.value.code == 1
