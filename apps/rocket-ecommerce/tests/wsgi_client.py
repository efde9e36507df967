"""A client that calls the complete WSGI application in process, as if behind the proxy.

Unlike Django's test client it includes the `ServiceMiddleware`, serves hashed static files and
checks CSRF tokens.
"""

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

from django.template import Template
from django.test import override_settings
from django.test.signals import template_rendered
from django.urls import clear_script_prefix

from appkit.django.database import DjangoDatabase
from appkit.wsgi import ServiceMiddleware
from devkit.testing.django import kept_connections

PREFIX = "/rocket-ecommerce"


@dataclass(frozen=True)
class Page:
    status: int
    headers: dict[str, str]
    cookies: SimpleCookie
    body: bytes
    templates: tuple[str, ...]
    """The names of the rendered templates, the page's own template first."""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def addresses(self) -> set[str]:
        """The URLs of all links, forms, images, style sheets and scripts of the page."""
        collector = _AddressCollector()
        collector.feed(self.text)
        return collector.found

    def token(self) -> str:
        """The CSRF token of the first form."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.text)
        assert found, "the page has no form with a CSRF token"
        return found[1]


class _AddressCollector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.found.add(value)


@cache
def application() -> ServiceMiddleware:
    """The application with hashed static files, which trusts a proxy on localhost."""
    from django.conf import settings  # noqa: PLC0415  # Django is not set up at import time
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    proxied = replace(settings.APPKIT, trusted_proxy="localhost")
    with override_settings(WHITENOISE_AUTOREFRESH=False):
        django = get_wsgi_application()
    return ServiceMiddleware(django, settings=proxied, database=DjangoDatabase())


@contextmanager
def _keep_connection() -> Iterator[None]:
    """Keeps the database connection with the test's open transaction."""
    with kept_connections():
        try:
            yield
        finally:
            # The prefix belongs to the thread, and other tests build URLs without a request.
            clear_script_prefix()


@dataclass
class WsgiClient:
    """A client that keeps its cookies."""

    prefix: str = ""
    """The prefix that the proxy would remove from the path and report in a header."""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with each request."""
    cookies: dict[str, str] = field(default_factory=dict)
    app: ServiceMiddleware = field(default_factory=application)

    def get(self, path: str) -> Page:
        return self._request("GET", path, b"")

    def post(self, path: str, form: dict[str, Any], *, token: str | None = None) -> Page:
        """Posts a form. Without a `token` it first requests the page for its CSRF token."""
        fields = {**form, "csrfmiddlewaretoken": token or self.get(path).token()}
        return self._request("POST", path, urlencode(fields).encode())

    def _request(self, method: str, path: str, body: bytes) -> Page:
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
        templates: list[str] = []

        def record(template: Template, **_signal: Any) -> None:
            templates.append(str(template.name))

        def start_response(line: str, pairs: list[tuple[str, str]], exc_info: object = None) -> Any:
            nonlocal status
            status = int(line.split(maxsplit=1)[0])
            for name, value in pairs:
                if name.lower() == "set-cookie":
                    cookies.load(value)
                headers[name] = value

        template_rendered.connect(record)
        with _keep_connection():
            response = self.app(environ, start_response)
            content = b"".join(response)
            getattr(response, "close", lambda: None)()
        self.cookies |= {name: morsel.value for name, morsel in cookies.items()}
        return Page(status, headers, cookies, content, tuple(templates))
