"""The health check that runs inside a container."""

import socket
import threading
from collections.abc import Iterator

import pytest

from appkit import healthcheck


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def answer(listener: socket.socket, reply: bytes) -> threading.Thread:
    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            assert connection.recv(1024).startswith(b"GET /healthz HTTP/1.1\r\n")
            connection.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", 0),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", 1),
        (b"HTTP/1.1 500 200\r\n\r\n", 1),
        (b"", 1),
        (b"garbage", 1),
    ],
)
def test_only_200_is_healthy(
    server: socket.socket, monkeypatch: pytest.MonkeyPatch, reply: bytes, code: int
) -> None:
    thread = answer(server, reply)
    monkeypatch.setenv("PORT", str(server.getsockname()[1]))
    assert healthcheck.main() == code
    thread.join()


def test_a_closed_port_is_unhealthy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("PORT", str(port))
    assert healthcheck.main() == 1
    assert "refused" in capsys.readouterr().out
