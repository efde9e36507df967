"""A browser without a screen, in front of the whole application: shell, Django and all."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit
from wsgiref.util import setup_testing_defaults

from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings
from django.urls import clear_script_prefix

from appkit.django.database import DjangoDatabase
from appkit.wsgi import ServiceMiddleware

PREFIX = "/rocket-ecommerce"


@dataclass(frozen=True)
class Page:
    status: int
    headers: dict[str, str]
    cookies: SimpleCookie
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def addresses(self) -> set[str]:
        """Every link, form, image, style and script of the page."""
        finder = _Finder()
        finder.feed(self.text)
        return finder.found

    def token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.text)
        assert found, "no form on this page"
        return found[1]


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.found.add(value)


@cache
def application() -> ServiceMiddleware:
    """The application as a container runs it behind a proxy on this machine."""
    from django.conf import settings  # noqa: PLC0415  # set up by now
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    trusting = replace(settings.APPKIT, trusted_proxy="localhost")
    with override_settings(WHITENOISE_AUTOREFRESH=False):
        django = get_wsgi_application()
    return ServiceMiddleware(django, settings=trusting, database=DjangoDatabase())


@contextmanager
def _test_connection() -> Iterator[None]:
    """Keeps Django from closing the connection that holds the test's transaction open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
        # It is the thread's, and other tests use it without a request.
        clear_script_prefix()


@dataclass
class Browser:
    """`prefix` is what the proxy strips and reports; `headers` come with each request."""

    prefix: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    app: ServiceMiddleware = field(default_factory=application)

    def get(self, path: str) -> Page:
        return self._ask("GET", path, b"")

    def post(self, path: str, form: dict[str, Any], *, token: str | None = None) -> Page:
        """Reads the page of `path` first, for its form's token, unless one is given."""
        sent = {**form, "csrfmiddlewaretoken": token or self.get(path).token()}
        return self._ask("POST", path, urlencode(sent).encode())

    def _ask(self, method: str, path: str, body: bytes) -> Page:
        parts = urlsplit(path)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "shop.test:9004",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "wsgi.input": io.BytesIO(body),
        }
        if self.prefix:
            environ["HTTP_X_FORWARDED_PREFIX"] = self.prefix
        for name, value in self.headers.items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        setup_testing_defaults(environ)
        status, headers, cookies = 0, dict[str, str](), SimpleCookie()

        def start(line: str, pairs: list[tuple[str, str]], exc_info: object = None) -> Any:
            nonlocal status
            status = int(line.split(maxsplit=1)[0])
            for name, value in pairs:
                if name.lower() == "set-cookie":
                    cookies.load(value)
                headers[name] = value

        with _test_connection():
            answer = self.app(environ, start)
            content = b"".join(answer)
            getattr(answer, "close", lambda: None)()
        self.cookies |= {name: morsel.value for name, morsel in cookies.items()}
        return Page(status, headers, cookies, content)
