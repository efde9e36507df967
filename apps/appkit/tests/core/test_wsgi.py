"""The middleware: health checks, forwarded headers, request IDs, headers and logging."""

import json
import logging
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import pytest

from appkit.database import DatabaseDown
from appkit.env import Environment
from appkit.proxy import TrustedProxy
from appkit.settings import Settings
from appkit.wsgi import ROUTE, CompletedRequest, ServiceMiddleware, content_security_policy
from devkit.testing.server import Database


class BreakableDatabase(Database):
    down = False

    def ping(self) -> None:
        if self.down:
            raise DatabaseDown("refused")


class Site:
    """The middleware around an application whose response a test sets."""

    def __init__(self, **values: str) -> None:
        with Environment({"ENVIRONMENT": "development", **values}) as env:
            self.settings = Settings.read(env, app="shop")
        self.database = BreakableDatabase()
        self.seen: WSGIEnvironment = {}
        self.body: Iterable[bytes] = [b"hello"]
        self.headers = [("Content-Type", "text/plain")]
        self.fail: Exception | None = None
        self.fail_late = False
        self.exc_info = False
        self.route = ""
        self.service: ServiceMiddleware = ServiceMiddleware(
            self.application, settings=self.settings, database=self.database
        )

    def application(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.seen = environ
        if environ["PATH_INFO"].startswith("/products/"):
            environ[ROUTE] = "/products/<slug>/"
        if self.route:
            environ[ROUTE] = self.route
        if self.fail_late:
            start("200 OK", self.headers)
        if self.fail:
            raise self.fail
        if self.exc_info:
            start("500 Oops", self.headers, (None, None, None))
        else:
            start("200 OK", self.headers)
        return self.body

    def request(self, path: str = "/", **environ: str) -> tuple[str, dict[str, str], bytes]:
        environment: dict[str, Any] = {"PATH_INFO": path, "REMOTE_ADDR": "127.0.0.1", **environ}
        setup_testing_defaults(environment)
        answer: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *_exc_info: object) -> Any:
            answer[:] = [status, dict(headers)]

        chunks = self.service(environment, start)
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        return answer[0], answer[1], body


class TestHealth:
    @pytest.mark.parametrize("path", ["/healthz", "/readyz"])
    @pytest.mark.parametrize("host", ["", "evil.example:99", "10.0.0.1"])
    def test_a_running_application_is_healthy_and_ready(self, path: str, host: str) -> None:
        status, headers, body = Site().request(path, HTTP_HOST=host)
        assert status == "200 OK"
        assert headers["Cache-Control"] == "no-store"
        found = json.loads(body)
        assert (found["status"], found["app"], found["release"]) == ("ok", "shop", "development")
        assert found["replica"] == headers["X-Replica"]

    def test_without_a_database_it_is_healthy_but_not_ready(self) -> None:
        site = Site()
        site.database.down = True
        assert site.request("/healthz")[0] == "200 OK"
        status, _, body = site.request("/readyz")
        assert status == "503 Service Unavailable"
        assert json.loads(body)["status"] == "the database does not answer"

    def test_when_no_thread_finishes_it_is_not_healthy(self) -> None:
        site = Site()
        site.service.stuck = lambda: True
        assert site.request("/healthz")[0] == "503 Service Unavailable"

    def test_head_has_no_body(self) -> None:
        status, headers, body = Site().request("/healthz", REQUEST_METHOD="HEAD")
        assert (status, body) == ("200 OK", b"")
        assert int(headers["Content-Length"]) > 0

    @pytest.mark.parametrize("method", ["POST", "DELETE"])
    def test_other_methods_are_405(self, method: str) -> None:
        assert Site().request("/readyz", REQUEST_METHOD=method)[0] == "405 Method Not Allowed"

    def test_a_health_check_never_resolves_the_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        site = Site(TRUSTED_PROXY="reverse-proxy")
        monkeypatch.setattr(TrustedProxy, "trusts", lambda *_: pytest.fail("resolved"))
        assert site.request("/healthz")[0] == "200 OK"


class TestForwarded:
    SENT = {
        "HTTP_X_FORWARDED_PREFIX": "/shop",
        "HTTP_X_FORWARDED_FOR": "203.0.113.9",
        "HTTP_X_FORWARDED_PROTO": "https",
    }

    def test_headers_of_the_proxy_are_trusted(self) -> None:
        site = Site(TRUSTED_PROXY="127.0.0.1")
        site.request("/x", **self.SENT)
        assert site.seen["SCRIPT_NAME"] == "/shop"
        assert site.seen["PATH_INFO"] == "/x"
        assert site.seen["REMOTE_ADDR"] == "203.0.113.9"
        assert site.seen["wsgi.url_scheme"] == "https"

    @pytest.mark.parametrize("proxy", ["", "10.9.9.9"])
    def test_headers_of_others_are_removed(self, proxy: str) -> None:
        site = Site(TRUSTED_PROXY=proxy)
        site.request("/x", **self.SENT, SCRIPT_NAME="/evil")
        assert site.seen["SCRIPT_NAME"] == ""
        assert site.seen["REMOTE_ADDR"] == "127.0.0.1"
        assert site.seen["wsgi.url_scheme"] == "http"
        assert not [name for name in site.seen if "FORWARDED" in name]

    def test_a_proxy_in_front_tells_the_address_and_the_scheme_but_no_prefix(self) -> None:
        site = Site(TRUSTED_PROXIES="127.0.0.0/8")
        site.request("/x", **self.SENT)
        assert site.seen["SCRIPT_NAME"] == ""
        assert site.seen["REMOTE_ADDR"] == "203.0.113.9"
        assert site.seen["wsgi.url_scheme"] == "https"


class TestRequestId:
    def test_a_good_id_is_kept(self) -> None:
        site = Site()
        _, headers, _ = site.request(HTTP_X_REQUEST_ID="abc-DEF_1.2")
        assert headers["X-Request-ID"] == "abc-DEF_1.2" == site.seen["HTTP_X_REQUEST_ID"]

    @pytest.mark.parametrize("sent", ["", "short", "x" * 65, "has space", "new\nline1", "ünicode9"])
    def test_a_bad_id_is_replaced(self, sent: str) -> None:
        site = Site()
        first, second = (site.request(HTTP_X_REQUEST_ID=sent)[1]["X-Request-ID"] for _ in range(2))
        assert sent not in (first, second)
        assert first != second
        assert len(first) == 32


class TestHeaders:
    def test_the_opener_policy_is_sent_over_https_only(self) -> None:
        site = Site(TRUSTED_PROXY="127.0.0.1")
        _, headers, _ = site.request(HTTP_X_FORWARDED_PROTO="https")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        _, headers, _ = site.request(HTTP_X_FORWARDED_PROTO="http")
        assert "Cross-Origin-Opener-Policy" not in headers

    def test_every_response_has_the_security_headers(self) -> None:
        _, headers, _ = Site().request()
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Cross-Origin-Opener-Policy" not in headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy

    def test_the_application_can_override_a_header(self) -> None:
        site = Site()
        site.headers = [("content-security-policy", "default-src 'none'")]
        _, headers, _ = site.request()
        assert headers["content-security-policy"] == "default-src 'none'"
        assert "Content-Security-Policy" not in headers

    def test_a_directive_can_be_widened(self) -> None:
        policy = content_security_policy({"form-action": "'self' https://pay.example"})
        assert "form-action 'self' https://pay.example;" in policy
        assert "default-src 'self'" in policy

    def test_exc_info_is_passed_on(self) -> None:
        site = Site()
        site.exc_info = True
        assert site.request()[0] == "500 Oops"


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.fields for record in caplog.records if hasattr(record, "fields")]


class TestRequestLog:
    def test_a_request_logs_one_line_without_the_query(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        site = Site(TRUSTED_PROXY="127.0.0.1")
        with caplog.at_level(logging.INFO):
            site.request(
                "/x",
                QUERY_STRING="token=secret",
                HTTP_X_REQUEST_ID="12345678",
                HTTP_X_FORWARDED_PREFIX="/shop",
            )
        (fields,) = lines(caplog)
        assert fields.pop("ms") >= 0
        assert fields == {
            "request_id": "12345678",
            "client": "127.0.0.1",
            "method": "GET",
            "path": "/shop/x",
            "status": 200,
        }
        assert "secret" not in caplog.text

    @pytest.mark.parametrize("parameter", ["<key>", "<str:key>", "<slug:reference>", "<token>"])
    def test_a_secret_in_the_path_is_not_logged(
        self, caplog: pytest.LogCaptureFixture, parameter: str
    ) -> None:
        site = Site(TRUSTED_PROXY="127.0.0.1")
        site.route = f"/orders/{parameter}/"
        with caplog.at_level(logging.INFO):
            site.request("/orders/s3cret/", HTTP_X_FORWARDED_PREFIX="/shop")
        (fields,) = lines(caplog)
        assert fields["path"] == f"/shop/orders/{parameter}/"
        assert "s3cret" not in caplog.text

    def test_the_client_of_the_proxy_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        site = Site(TRUSTED_PROXY="127.0.0.1")
        with caplog.at_level(logging.INFO):
            site.request(HTTP_X_FORWARDED_FOR="203.0.113.9")
        assert lines(caplog)[0]["client"] == "203.0.113.9"

    def test_observers_receive_each_request(self) -> None:
        site = Site()
        served: list[CompletedRequest] = []
        site.service.observers.append(served.append)
        site.request("/products/mug/", REQUEST_METHOD="POST")
        site.request("/healthz")
        site.fail = ValueError("broken")
        site.request("/elsewhere")
        first, second = served
        assert (first.method, first.route, first.status) == ("POST", "/products/<slug>/", 200)
        assert (second.method, second.route, second.status) == ("GET", "", 500)
        assert 0 <= first.seconds < 60

    def test_health_checks_are_not_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO):
            Site().request("/healthz")
        assert lines(caplog) == []

    def test_the_response_body_is_closed(self, caplog: pytest.LogCaptureFixture) -> None:
        closed: list[bool] = []

        class Body:
            def __iter__(self) -> Iterator[bytes]:
                return iter([b"x"])

            def close(self) -> None:
                closed.append(True)
                raise OSError("on closing")

        site = Site()
        site.body = Body()
        with caplog.at_level(logging.INFO), pytest.raises(OSError, match="on closing"):
            site.request()
        assert closed
        assert len(lines(caplog)) == 1


class TestFailure:
    def test_an_exception_is_a_plain_500(self, caplog: pytest.LogCaptureFixture) -> None:
        site = Site()
        site.fail = ValueError("broken")
        status, headers, body = site.request()
        assert status == "500 Internal Server Error"
        assert b"broken" not in body
        assert "X-Request-ID" in headers
        assert "ValueError: broken" in caplog.text

    def test_an_exception_after_the_status_is_raised(self) -> None:
        site = Site()
        site.fail, site.fail_late = ValueError("broken"), True
        with pytest.raises(ValueError, match="broken"):
            site.request()
