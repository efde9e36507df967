from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shop.models import Product
from shop.rules import Draft
from shop.shelf import add_product, load_product_files
from tests.running import DRAFT, Shop


def test_an_empty_shop_says_so(shop: Shop) -> None:
    page = shop.browser().get("/")
    assert page.status_code == 200
    assert "The shelf is empty today" in page.text
    assert "See the shelf" not in page.text


def test_the_shelf_shows_products_from_the_database(shop: Shop, session: Session) -> None:
    load_product_files(session)
    session.commit()
    page = shop.browser().get("/")
    assert '<meta name="application-name" content="ecommerce-flask">' in page.text
    assert "<title>Products · Lowfield Shop</title>" in page.text
    assert page.text.count('<li class="card">') == 8
    assert '<a href="/products/desk-lamp">Two-joint desk lamp</a>' in page.text
    assert "€129.00" in page.text
    assert "Set-Cookie" not in page.headers


def test_the_shelf_is_paged_newest_first(shop: Shop, session: Session) -> None:
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
def test_there_is_no_such_page(shop: Shop, number: str) -> None:
    page = shop.browser().get(f"/?page={number}")
    assert page.status_code == 404
    assert "There is no such page." in page.text


def test_a_product_has_a_page(shop: Shop, session: Session) -> None:
    add_product(session, DRAFT)
    page = shop.browser().get("/products/oak-tray")
    assert page.status_code == 200
    assert "<h1>Oak tray</h1>" in page.text
    assert "€34.50" in page.text
    assert "It carries\n\na breakfast." in page.text
    assert "Checkout is off" in page.text
    assert "<form" not in page.text


def test_what_was_written_is_text_and_not_markup(shop: Shop, session: Session) -> None:
    add_product(session, replace(DRAFT, name="<script>alert(1)</script>", info='" onload="x'))
    for path in ("/", "/products/script-alert-1-script"):
        page = shop.browser().get(path).text
        assert "<script" not in page
        assert '" onload' not in page


def test_a_picture_that_left_the_image_is_replaced(shop: Shop, session: Session) -> None:
    draft: Draft = replace(DRAFT, images=("of-an-older-release.svg",))
    add_product(session, draft)
    page = shop.browser().get("/products/oak-tray")
    assert page.status_code == 200
    assert "/pictures/parcel.svg" in page.text


@pytest.mark.parametrize(
    "path",
    ["/products/none", "/products/%00", "/products/Oak", "/products/%F0%9F%8D%B5", "/nowhere"],
)
def test_what_is_not_there_is_404_in_the_design(shop: Shop, path: str) -> None:
    page = shop.browser().get(path)
    assert page.status_code == 404
    assert "Not on our shelf" in page.text
    assert 'href="/"' in page.text


def test_a_slash_at_the_end_changes_nothing(shop: Shop, session: Session) -> None:
    add_product(session, DRAFT)
    assert shop.browser().get("/products/oak-tray/").status_code == 200


def test_other_methods_are_refused_in_the_design(shop: Shop) -> None:
    page = shop.browser().delete("/")
    assert page.status_code in (403, 405)
    assert "Lowfield" in page.text


def test_a_failure_is_500_in_the_design(
    shop: Shop, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("shop.views.store.page_of_products", fail)
    page = shop.browser().get("/")
    assert page.status_code == 500
    assert "Something fell off the shelf" in page.text


def test_without_its_tables_the_shop_says_503_and_recovers(
    shop: Shop, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clockless:
        open = True

    browser = shop.browser()
    with monkeypatch.context() as patch:
        patch.setattr(shop.database, "breaker", Clockless())
        page = browser.get("/")
        assert page.status_code == 503
        assert "One moment, please" in page.text
        assert page.headers["Retry-After"]
    assert browser.get("/").status_code == 200


def test_pictures_and_styles_are_served_for_good(shop: Shop) -> None:
    browser = shop.browser()
    style = browser.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = browser.get(style)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_policy_lets_a_page_ask_only_us(open_shop: Callable[..., Shop]) -> None:
    policy = open_shop().browser().get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "form-action 'self';" in policy
    assert "unsafe" not in policy


def test_the_price_is_guarded_by_the_database_too(shop: Shop, session: Session) -> None:
    add_product(session, DRAFT)
    with pytest.raises(Exception, match="price_is_positive"):
        session.execute(text("UPDATE products SET price = 0"))
    session.rollback()
    assert session.query(Product).count() == 1
