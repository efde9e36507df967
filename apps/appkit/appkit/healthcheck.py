"""`python -m appkit.healthcheck`: exit 0 when this container's application answers.

A bare socket: it runs every few seconds, and an HTTP library costs more than the question.
"""

import os
import socket

TIMEOUT = 2.5
"""Seconds; below the health check's own limit, so that this process says why."""


def alive(port: int) -> bool:
    """Whether `/healthz` on the loopback answers 200. Raises `OSError` when nothing listens."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(64).split(b" ")[1:2] == [b"200"]


def main() -> int:
    try:
        return 0 if alive(int(os.environ["PORT"])) else 1
    except OSError as error:
        print(error)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
