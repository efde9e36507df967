"""Properties of every page: addresses below the prefix, few queries, one heading."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shop import orders
from shop.demo import add_demo_orders
from shop.models import Order, Origin, Product, Refund, now
from shop.stock import PAGE_LENGTH, load_product_files
from tests.harness import DRAFT, Browser, Shop

MAX_QUERIES = 10
ROOT = ""
PREFIX = "/ecommerce-flask"
PUBLIC = [
    "/",
    "/products/oak-tray",
    "/checkout/success?session_id=cs_demo_1",
    "/checkout/success?session_id=cs_test_none",
    "/checkout/cancelled?product=oak-tray",
    "/nowhere",
    "/admin/login",
]
PRIVATE = [
    "/admin",
    "/admin/products/new",
    "/admin/products/oak-tray/edit",
    "/admin/products/oak-tray/remove",
    "/admin/products/desk-lamp/edit",
    "/admin/orders",
    "/admin/orders/cs_demo_3",
    "/admin/sessions",
]


@pytest.fixture
def stocked(selling: Shop, session: Session) -> Shop:
    """A shop with keys for Stripe, and more products and orders than fit on one page."""
    load_product_files(session)
    add_demo_orders(session)
    columns = {**asdict(DRAFT), "images": list(DRAFT.images), "origin": Origin.ADMIN}
    copied = {"product_slug": "oak-tray", "product_name": "Oak tray", "currency": "eur"}
    # One transaction for all rows: this fixture is set up for each test of a page.
    session.add_all(
        Product(slug=f"oak-tray-{number}", **columns) for number in range(2, PAGE_LENGTH + 2)
    )
    for number in range(orders.PAGE_LENGTH):
        payment = {"session_id": f"cs_{number}", "payment_intent": f"pi_{number}"}
        session.add(Order(total=3450, paid_at=now(), **payment, **copied))
        session.add(Refund(payment_intent=f"pi_{number}", amount=1, refunded_at=now()))
    session.commit()
    return selling


def visitor(shop: Shop, path: str, prefix: str) -> Browser:
    browser = shop.signed_in() if path in PRIVATE else shop.browser()
    if prefix:
        browser.overrides |= {
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_X_FORWARDED_PREFIX": prefix,
            "HTTP_X_FORWARDED_FOR": "192.0.2.7",
        }
    return browser


@contextmanager
def queries(shop: Shop) -> Iterator[list[str]]:
    """The SQL statements that are executed within the block."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    engine = shop.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE])
def test_a_page_needs_few_queries(stocked: Shop, path: str) -> None:
    browser = visitor(stocked, path, ROOT)
    with queries(stocked) as statements:
        response = browser.get(path)
    assert response.status_code < 500
    assert len(statements) <= MAX_QUERIES
    if path in PRIVATE:
        assert statements


def addresses(page: TestResponse) -> list[str]:
    return re.findall(r'(?:href|src|action)="([^"]*)"', page.text)


@pytest.mark.parametrize("prefix", [ROOT, PREFIX])
@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE])
def test_all_addresses_on_a_page_begin_with_the_prefix(
    stocked: Shop, path: str, prefix: str
) -> None:
    page = visitor(stocked, path, prefix).get(path)
    found = addresses(page)
    assert found
    outside = [a for a in found if not a.startswith((f"{prefix}/", "#")) or a.startswith("//")]
    assert outside == []


@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE])
def test_a_page_has_one_heading_a_title_and_landmarks(stocked: Shop, path: str) -> None:
    text = visitor(stocked, path, ROOT).get(path).text
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert re.search(r"<title>\w.* · Lowfield Shop</title>", text)
    for landmark in ("<header", "<main", "<footer"):
        assert text.count(landmark) == 1
    assert 'rel="icon"' in text
    assert "<script" not in text


@pytest.mark.parametrize("path", PRIVATE)
def test_an_admin_page_is_never_cached(stocked: Shop, path: str) -> None:
    response = visitor(stocked, path, ROOT).get(path)
    assert response.headers["Cache-Control"] == "no-store, private"


def test_a_request_that_is_too_large_gets_the_error_page(shop: Shop) -> None:
    response = shop.browser().post("/admin/login", data={"name": "x" * 1_100_000})
    assert response.status_code == 413
    assert "Lowfield" in response.text
