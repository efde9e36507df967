"""The application as the proxy sees it: prefixes, cookies, headers, forms, errors, the map."""

import json
import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from appkit.django.database import breaker
from rocket import wsgi
from rocket.cart import rules
from rocket.catalog import listing
from tests.browser import PREFIX, Browser, Page
from tests.shelves import Shelve


@pytest.fixture(params=["", PREFIX])
def browser(request: pytest.FixtureRequest, sparrow: int) -> Browser:
    return Browser(prefix=request.param)


@pytest.fixture
def closed_breaker() -> Iterator[None]:
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
def test_every_address_stays_below_the_prefix(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert '<meta name="application-name" content="rocket-ecommerce">' in page.text
    assert '<html lang="en">' in page.text
    assert len(page.addresses) > 5
    for address in page.addresses:
        assert address.startswith((f"{browser.prefix}/", "#", "?")), address
        assert not address.startswith("//")


def test_addresses_of_static_files_carry_a_hash_and_are_kept(browser: Browser) -> None:
    addresses = [a for a in browser.get("/").addresses if "/static/" in a]
    assert len(addresses) >= 4
    for address in addresses:
        page = browser.get(address.removeprefix(browser.prefix))
        assert page.status == 200
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)
        assert "immutable" in page.headers["Cache-Control"]


def test_a_visit(browser: Browser) -> None:
    bought = browser.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 2})
    assert (bought.status, bought.headers["Location"]) == (303, f"{browser.prefix}/cart/")
    assert "€39.00" in browser.get("/cart/").text
    # Another replica: another process, the same key and database.
    other = Browser(prefix=browser.prefix, cookies=browser.cookies)
    changed = other.post("/cart/", {"sku": "SP-RED", "quantity": 3})
    assert changed.headers["Location"] == f"{browser.prefix}/cart/"
    assert "€58.50" in browser.get("/cart/").text


def test_cookies(browser: Browser) -> None:
    page = browser.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 2})
    assert set(browser.cookies) == {"rocket-ecommerce-csrf", "rocket-ecommerce-session"}
    for cookie in page.cookies.values():
        assert (cookie["path"], cookie["samesite"]) == ("/", "Lax")
        assert cookie["httponly"]
        assert not cookie["secure"]


def test_who_only_looks_gets_no_session(browser: Browser) -> None:
    browser.get("/")
    browser.get("/cart/")
    assert browser.cookies == {}


def test_a_missing_slash_is_added_below_the_prefix(browser: Browser) -> None:
    page = browser.get("/cart")
    assert (page.status, page.headers["Location"]) == (301, f"{browser.prefix}/cart/")


@pytest.mark.parametrize("token", ["", "x" * 64])
def test_a_form_without_its_token_is_refused(browser: Browser, token: str) -> None:
    browser.get("/products/sparrow/")
    page = browser.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1}, token=token or "-")
    assert page.status == 403
    assert "That form had expired" in page.text


@pytest.mark.parametrize(
    ("origin", "status"), [("http://shop.test:9004", 303), ("http://elsewhere.test", 403)]
)
def test_forms_of_other_sites_are_refused(browser: Browser, origin: str, status: int) -> None:
    browser.headers["Origin"] = origin
    page = browser.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    assert page.status == status


@pytest.mark.parametrize("prefix", ["", PREFIX])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db(transaction=True)
def test_health(prefix: str, path: str) -> None:
    page = Browser(prefix=prefix).get(path)
    assert page.status == 200
    assert json.loads(page.body)["app"] == "rocket-ecommerce"


def test_what_gunicorn_runs() -> None:
    assert wsgi.application.settings.app == "rocket-ecommerce"


def test_headers(browser: Browser) -> None:
    browser.headers["X-Request-ID"] = "request-0001"
    headers = browser.get("/").headers
    assert headers["X-Request-ID"] == "request-0001"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Replica"]


def test_nothing_on_a_page_breaks_the_policy(browser: Browser) -> None:
    for path in ("/", "/products/sparrow/", "/cart/", "/nowhere/"):
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", browser.get(path).text)


@pytest.mark.parametrize("host", ["shop.test:9004", "evil.example"])
@pytest.mark.parametrize("public", ["https://shop.example", "https://shop.example/rocket"])
def test_the_map(
    browser: Browser, shelve: Shelve, settings: LazySettings, public: str, host: str
) -> None:
    shelve("Draft", ("D", "One", 100, 1), category="Hidden", published=None)
    settings.PUBLIC_URL = public
    browser.headers["Host"] = host
    page = browser.get("/sitemap.xml")
    assert page.headers["Content-Type"] == "application/xml"
    assert re.findall("<loc>(.*?)</loc>", page.text) == [
        f"{public}/",
        f"{public}/categories/kits/",
        f"{public}/products/sparrow/",
    ]
    assert host not in page.text


def test_a_shop_that_does_not_know_its_address_has_no_map(browser: Browser) -> None:
    assert browser.get("/sitemap.xml").status == 404


def test_an_unknown_address(browser: Browser) -> None:
    page = browser.get("/nowhere/")
    assert page.status == 404
    assert "Off course" in page.text


def _break(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(listing, "products", fail)


def _is_bare(page: Page, prefix: str) -> None:
    """A page that needs no database, but has the shop's design."""
    assert '<meta name="application-name" content="rocket-ecommerce">' in page.text
    assert "storefront/base." in page.text
    for address in page.addresses:
        assert address.startswith((f"{prefix}/", "#"))


def test_a_mistake_of_ours(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, RuntimeError("boom"))
    page = browser.get("/")
    assert page.status == 500
    assert "We have a problem" in page.text
    assert "boom" not in page.text
    _is_bare(page, browser.prefix)


@pytest.mark.usefixtures("closed_breaker")
def test_a_database_that_is_down(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, OperationalError("no route to host"))
    page = browser.get("/")
    assert page.status == 503
    assert page.headers["Retry-After"]
    assert "Launch on hold" in page.text
    assert "no route" not in page.text
    _is_bare(page, browser.prefix)


@pytest.mark.usefixtures("closed_breaker")
def test_a_database_that_goes_while_a_page_is_made(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_key: str) -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(rules, "count", fail)
    assert browser.get("/nowhere/").status == 503
