"""The application as the proxy sees it: prefixes, cookies, headers, CSRF, errors, sitemap."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from appkit.django.database import breaker
from appkit.wsgi import REFUSED
from devkit.testing.django import send
from devkit.testing.hostile import Request
from rocket import wsgi
from rocket.cart import rules
from rocket.catalog import listing
from tests.product_factory import MakeProduct
from tests.wsgi_client import PREFIX, Page, WsgiClient


@pytest.fixture(params=["", PREFIX])
def visitor(request: pytest.FixtureRequest, sparrow: int) -> WsgiClient:
    return WsgiClient(prefix=request.param)


@pytest.fixture
def closed_breaker() -> Iterator[None]:
    """Closes the circuit breaker of the database after the test."""
    yield
    breaker._until = 0.0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/categories/kits/",
        "/?q=nothing",
        "/products/sparrow/",
        "/cart/",
        "/orders/",
        "/currency/",
        "/nowhere/",
    ],
)
def test_all_links_are_below_the_prefix(visitor: WsgiClient, path: str) -> None:
    page = visitor.get(path)
    assert '<meta name="application-name" content="rocket-ecommerce">' in page.text
    assert '<html lang="en">' in page.text
    assert len(page.addresses) > 5
    for address in page.addresses:
        assert address.startswith((f"{visitor.prefix}/", "#", "?")), address
        assert not address.startswith("//")


def test_static_files_have_a_hash_and_are_cached(visitor: WsgiClient) -> None:
    addresses = [url for url in visitor.get("/").addresses if "/static/" in url]
    assert len(addresses) >= 4
    for address in addresses:
        page = visitor.get(address.removeprefix(visitor.prefix))
        assert page.status == 200
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)
        assert "immutable" in page.headers["Cache-Control"]


def test_two_replicas_share_a_session(visitor: WsgiClient) -> None:
    added = visitor.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 2})
    assert (added.status, added.headers["Location"]) == (303, f"{visitor.prefix}/cart/")
    assert "€39.00" in visitor.get("/cart/").text
    # A new client without memory stands for another replica with the same key and database.
    other = WsgiClient(prefix=visitor.prefix, cookies=visitor.cookies)
    changed = other.post("/cart/", {"sku": "SP-RED", "quantity": 3})
    assert changed.headers["Location"] == f"{visitor.prefix}/cart/"
    assert "€58.50" in visitor.get("/cart/").text


def test_cookie_attributes(visitor: WsgiClient) -> None:
    page = visitor.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 2})
    assert set(visitor.cookies) == {"rocket-ecommerce-csrf", "rocket-ecommerce-session"}
    for cookie in page.cookies.values():
        assert (cookie["path"], cookie["samesite"]) == ("/", "Lax")
        assert cookie["httponly"]
        assert not cookie["secure"]


def test_reading_sets_no_cookie(visitor: WsgiClient) -> None:
    visitor.get("/")
    visitor.get("/cart/")
    assert visitor.cookies == {}


def test_a_missing_slash_is_added_below_the_prefix(visitor: WsgiClient) -> None:
    page = visitor.get("/cart")
    assert (page.status, page.headers["Location"]) == (301, f"{visitor.prefix}/cart/")


@pytest.mark.parametrize("token", ["", "x" * 64])
def test_a_form_without_a_csrf_token_is_refused(visitor: WsgiClient, token: str) -> None:
    visitor.get("/products/sparrow/")
    page = visitor.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1}, token=token or "-")
    assert page.status == 403
    assert page.templates[0] == "403_csrf.html"


@pytest.mark.parametrize(
    ("origin", "status"), [("http://shop.test:9004", 303), ("http://elsewhere.test", 403)]
)
def test_a_form_from_another_origin_is_refused(
    visitor: WsgiClient, origin: str, status: int
) -> None:
    visitor.headers["Origin"] = origin
    page = visitor.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    assert page.status == status


@pytest.mark.parametrize("prefix", ["", PREFIX])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db(transaction=True)
def test_health_checks(prefix: str, path: str) -> None:
    page = WsgiClient(prefix=prefix).get(path)
    assert page.status == 200
    assert json.loads(page.body)["app"] == "rocket-ecommerce"


def test_the_wsgi_application_is_named() -> None:
    assert wsgi.application.settings.app == "rocket-ecommerce"


def test_response_headers(visitor: WsgiClient) -> None:
    visitor.headers["X-Request-ID"] = "request-0001"
    headers = visitor.get("/").headers
    assert headers["X-Request-ID"] == "request-0001"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Replica"]


def test_pages_have_no_inline_scripts_or_styles(visitor: WsgiClient) -> None:
    for path in ("/", "/products/sparrow/", "/cart/", "/nowhere/"):
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", visitor.get(path).text)


@pytest.mark.parametrize("host", ["shop.test:9004", "evil.example"])
@pytest.mark.parametrize("public", ["https://shop.example", "https://shop.example/rocket"])
def test_the_sitemap_uses_the_public_url(
    visitor: WsgiClient, make_product: MakeProduct, settings: LazySettings, public: str, host: str
) -> None:
    make_product("Draft", ("D", "One", 100, 1), category="Hidden", published=None)
    settings.PUBLIC_URL = public
    visitor.headers["Host"] = host
    page = visitor.get("/sitemap.xml")
    assert page.headers["Content-Type"] == "application/xml"
    assert re.findall("<loc>(.*?)</loc>", page.text) == [
        f"{public}/",
        f"{public}/categories/kits/",
        f"{public}/products/sparrow/",
    ]
    assert host not in page.text


def test_without_a_public_url_there_is_no_sitemap(visitor: WsgiClient) -> None:
    assert visitor.get("/sitemap.xml").status == 404


def test_an_unknown_path_is_not_found(visitor: WsgiClient) -> None:
    page = visitor.get("/nowhere/")
    assert page.status == 404
    assert page.templates[0] == "404.html"


def _break_product_list(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(listing, "products", fail)


def _assert_bare_layout(page: Page, prefix: str) -> None:
    """Asserts that an error page has the shop's design and links below the prefix."""
    assert '<meta name="application-name" content="rocket-ecommerce">' in page.text
    assert "storefront/base." in page.text
    for address in page.addresses:
        assert address.startswith((f"{prefix}/", "#"))


def test_an_exception_in_a_view_is_a_server_error(
    visitor: WsgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break_product_list(monkeypatch, RuntimeError("boom"))
    page = visitor.get("/")
    assert page.status == 500
    assert page.templates[0] == "500.html"
    assert "boom" not in page.text
    _assert_bare_layout(page, visitor.prefix)


@pytest.mark.usefixtures("closed_breaker")
def test_the_shop_is_unavailable_if_the_database_fails_in_a_view(
    visitor: WsgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break_product_list(monkeypatch, OperationalError("no route to host"))
    page = visitor.get("/")
    assert page.status == 503
    assert page.headers["Retry-After"]
    assert page.templates[0] == "503.html"
    assert "no route" not in page.text
    _assert_bare_layout(page, visitor.prefix)


@pytest.mark.usefixtures("closed_breaker")
def test_the_shop_is_unavailable_if_the_database_fails_in_a_template(
    visitor: WsgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_key: str) -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(rules, "item_count", fail)
    assert visitor.get("/nowhere/").status == 503


@pytest.mark.parametrize("status", [400, 408, 413, 414, 415, 431])
def test_the_page_of_a_refused_request_has_its_status(db: None, status: int) -> None:
    answer = send(wsgi.application, Request("POST", "/cart/"), **{REFUSED: HTTPStatus(status)})
    assert answer.status == status
    assert f"({status})" in answer.body.decode()
