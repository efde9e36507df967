"""The HTTP server under greedy clients and overload, over real sockets."""

import json
import time
from collections.abc import Callable

import pytest

from appkit.server import bodies, workers
from appkit.wsgi import REFUSED
from devkit.testing.server import TIMEOUT, Client, Site, everything, response

type Serve = Callable[..., tuple[Site, Client]]


class TestLimits:
    def test_a_declared_body_that_is_too_large_is_never_read(self, serve: Serve) -> None:
        site, client = serve()
        size = bodies.MAX_BODY + 1
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
        count = bodies.MAX_BODY // 65536 + 1
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
        monkeypatch.setattr(bodies, "MAX_DISCARDED", 1_000_000)
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
        monkeypatch.setattr(bodies, "MAX_BODIES", 100_000)
        monkeypatch.setattr(bodies, "DISCARD_SECONDS", 0.1)
        # So that the deadline of a body does not end it, too.
        monkeypatch.setattr(bodies, "BODY_SECONDS", 10 * TIMEOUT)
        site, client = serve()
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\nConnection: close\r\n\r\n"
        oldest = client.send(head + b"x" * 60_000)
        status, _, _ = client.ask(head + b"x" * 90_000)
        assert status == 200
        assert response(everything(oldest))[0] == 408
        assert sorted(map(len, site.bodies)) == [0, 90_000]

    def test_a_complete_body_no_longer_counts(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bodies, "MAX_BODIES", 100_000)
        _, client = serve()
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\nConnection: close\r\n\r\n"
        assert [client.ask(head + b"x" * 60_000)[0] for _ in range(3)] == [200] * 3

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
        site, client = serve()
        found, _, body = client.ask(f"{request_line}\r\nHost: x\r\n{header}\r\n\r\n".encode())
        assert (found, body, site.seen[REFUSED]) == (status, b"hello", status)

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
            b"GET /?\xff HTTP/1.1\r\nHost: x\r\n\r\n",
            b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        ],
    )
    def test_the_application_answers_a_malformed_request(
        self, serve: Serve, request_bytes: bytes
    ) -> None:
        site, client = serve()
        status, headers, body = client.ask(request_bytes)
        assert (status, headers["connection"], body) == (400, "close", b"hello")
        assert site.seen[REFUSED] == 400
        assert site.bodies == [b""]

    def test_a_malformed_request_is_answered_after_the_earlier_ones(self, serve: Serve) -> None:
        _, client = serve()
        earlier = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n" * 2
        later = b"GET /b HTTP/1.1\r\nHost: x\r\n\r\n"
        found = everything(client.send(earlier + b"nonsense\r\n\r\n" + later))
        assert [part[:3] for part in found.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"400"]


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
        status, headers, body = client.ask(
            f"GET / HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\nConnection: close\r\n\r\n".encode()
        )
        assert status == 503
        assert int(headers["retry-after"]) > 0
        assert headers["content-type"] == kind
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        expected = b'name="application-name" content="shop"' if "html" in kind else b'{"detail"'
        assert expected in body
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
