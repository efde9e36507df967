from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shop.models import Product
from shop.product_rules import Draft
from shop.stock import add_product, load_product_files
from tests.harness import DRAFT, Shop


def test_an_empty_shop(shop: Shop) -> None:
    page = shop.browser().get("/")
    assert page.status_code == 200
    assert 'class="empty"' in page.text
    assert "See the shelf" not in page.text


def test_the_first_page_lists_the_products(shop: Shop, session: Session) -> None:
    load_product_files(session)
    session.commit()
    page = shop.browser().get("/")
    assert '<meta name="application-name" content="ecommerce-flask">' in page.text
    assert "<title>Products · Lowfield Shop</title>" in page.text
    assert page.text.count('<li class="card">') == 8
    assert '<a href="/products/desk-lamp">Two-joint desk lamp</a>' in page.text
    assert "€129.00" in page.text
    assert "Set-Cookie" not in page.headers


def test_products_are_listed_in_pages_the_newest_first(shop: Shop, session: Session) -> None:
    for number in range(14):
        add_product(session, replace(DRAFT, name=f"Tray {number}"))
    browser = shop.browser()
    first, second = browser.get("/").text, browser.get("/?page=2").text
    assert first.index("Tray 13<") < first.index("Tray 12<")
    assert "Tray 1<" in second
    assert "Made plainly" not in second
    assert 'rel="next" href="/?page=2"' in first
    assert 'rel="prev" href="/?page=1"' in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize("number", ["0", "2", "-1", "01", "1.0", "x", "", "9" * 30, "%00", "¹"])
def test_an_invalid_page_number_is_404(shop: Shop, number: str) -> None:
    page = shop.browser().get(f"/?page={number}")
    assert page.status_code == 404
    assert "Lowfield" in page.text


def test_a_product_has_a_page(shop: Shop, session: Session) -> None:
    add_product(session, DRAFT)
    page = shop.browser().get("/products/oak-tray")
    assert page.status_code == 200
    assert "<h1>Oak tray</h1>" in page.text
    assert "€34.50" in page.text
    assert "It carries\n\na breakfast." in page.text
    assert "Checkout is off" in page.text
    assert "<form" not in page.text


def test_the_texts_of_a_product_are_escaped(shop: Shop, session: Session) -> None:
    add_product(session, replace(DRAFT, name="<script>alert(1)</script>", info='" onload="x'))
    for path in ("/", "/products/script-alert-1-script"):
        page = shop.browser().get(path).text
        assert "<script" not in page
        assert '" onload' not in page


def test_a_missing_picture_is_replaced(shop: Shop, session: Session) -> None:
    draft: Draft = replace(DRAFT, images=("of-an-older-release.svg",))
    add_product(session, draft)
    page = shop.browser().get("/products/oak-tray")
    assert page.status_code == 200
    assert "/pictures/parcel.svg" in page.text


@pytest.mark.parametrize(
    "path",
    ["/products/none", "/products/%00", "/products/Oak", "/products/%F0%9F%8D%B5", "/nowhere"],
)
def test_an_unknown_path_gets_the_error_page(shop: Shop, path: str) -> None:
    page = shop.browser().get(path)
    assert page.status_code == 404
    assert "Lowfield" in page.text
    assert 'href="/"' in page.text


def test_a_trailing_slash_is_ignored(shop: Shop, session: Session) -> None:
    add_product(session, DRAFT)
    assert shop.browser().get("/products/oak-tray/").status_code == 200


def test_another_method_gets_the_error_page(shop: Shop) -> None:
    page = shop.browser().delete("/")
    assert page.status_code in (403, 405)
    assert "Lowfield" in page.text


def test_an_exception_gets_the_error_page(
    shop: Shop, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("shop.views.store.page_of_products", fail)
    page = shop.browser().get("/")
    assert page.status_code == 500
    assert "Lowfield" in page.text


def test_a_database_outage_is_503_and_the_shop_recovers(
    shop: Shop, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OpenBreaker:
        open = True

    browser = shop.browser()
    with monkeypatch.context() as patch:
        patch.setattr(shop.database, "breaker", OpenBreaker())
        page = browser.get("/")
        assert page.status_code == 503
        assert "Lowfield" in page.text
        assert page.headers["Retry-After"]
    assert browser.get("/").status_code == 200


def test_static_files_are_cached_for_ever(shop: Shop) -> None:
    browser = shop.browser()
    style = browser.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    response = browser.get(style)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/css")
    assert "immutable" in response.headers["Cache-Control"]


def test_the_content_security_policy_allows_only_this_site(open_shop: Callable[..., Shop]) -> None:
    policy = open_shop().browser().get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "form-action 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.sqlite
def test_the_database_also_checks_the_price(shop: Shop, session: Session) -> None:
    add_product(session, DRAFT)
    with pytest.raises(Exception, match="price_is_positive"):
        session.execute(text("UPDATE products SET price = 0"))
    session.rollback()
    assert session.query(Product).count() == 1
