"""The application sees each request, and its client each response, as HTTP has them."""

from collections.abc import Callable

import pytest

from devkit.testing.server import Client, Site, everything

type Serve = Callable[..., tuple[Site, Client]]


class TestGateway:
    def test_the_application_sees_the_request(self, serve: Serve) -> None:
        site, client = serve()
        client.ask(
            b"POST /caf%C3%A9%2F?q=%41 HTTP/1.1\r\nHost: x:1\r\nContent-Type: text/plain\r\n"
            b"Content-Length: 3\r\nX-Twice: a\r\nX-Twice: b\r\nCookie: a=1\r\nCookie: b=2\r\n"
            b"X_Forwarded_For: evil\r\nX_Twice: evil\r\nConnection: close\r\n\r\nabc"
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
