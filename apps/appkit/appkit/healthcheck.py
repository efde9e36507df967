"""`python -m appkit.healthcheck`: exits with 0 when the application in this container answers.

It uses a plain socket, because it runs every few seconds and importing an HTTP library takes longer
than the request.
"""

import os
import socket

TIMEOUT = 2.5
"""Seconds; shorter than the timeout of the health check, so that this process prints the error."""


def alive(port: int) -> bool:
    """Whether `/healthz` on the loopback answers 200. Raises `OSError` when no process listens."""
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
