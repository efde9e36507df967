"""The HTTP server under slow, silent and many clients, over real sockets."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from appkit.server import bodies, protocol
from devkit.testing.server import TIMEOUT, Client, Site, everything, is_closed, response

type Serve = Callable[..., tuple[Site, Client]]

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
        monkeypatch.setattr(bodies, "BODY_SECONDS", 0.1)
        monkeypatch.setattr(bodies, "DISCARD_SECONDS", 0.1)
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
        monkeypatch.setattr(protocol, "WRITE_SECONDS", 10 * TIMEOUT)
        site, client = serve()
        site.body = b"x" * 20_000_000
        first, *_ = [client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(3)]
        until = time.monotonic() + TIMEOUT
        while len(site.bodies) < 3 or len(site.server.server_state.connections) > 2:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert len(protocol.BoundedProtocol.unread) <= 2
        assert first.recv(1)


class TestManyClients:
    def test_a_further_connection_replaces_the_one_that_is_idle_for_longest(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "MAX_CONNECTIONS", 5)
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 10 * TIMEOUT)
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
