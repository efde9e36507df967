"""Executes one request of an ASGI server by a WSGI application (PEP 3333)."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from appkit.server.asgi import Message

type Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Response:
    """A complete response."""

    status: int
    headers: Headers
    body: bytes


def environment(scope: Message) -> WSGIEnvironment:
    """The WSGI environment of a request, without its body."""
    host, port = scope["server"] or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # A name with an underscore would be taken for the one with a dash, which the proxy sets.
        if b"_" in raw_name:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        separator = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    return environ


def execute(application: WSGIApplication, environ: WSGIEnvironment) -> Response:
    """Executes one request, and collects its response."""
    status = 0
    headers: Headers = []
    parts: list[bytes] = []

    def start_response(
        line: str, given: list[tuple[str, str]], _exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        nonlocal status, headers
        status = int(line.split(" ", 1)[0])
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given
        ]
        return parts.append

    chunks: Iterable[bytes] = application(environ, start_response)
    try:
        parts.extend(chunks)
    finally:
        close: Callable[[], object] | None = getattr(chunks, "close", None)
        if close is not None:
            close()
    body = b"".join(parts)
    bodyless = environ["REQUEST_METHOD"] == "HEAD" or status in (204, 304)
    if not bodyless and not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(len(body)).encode()))
    return Response(status, headers, body)
