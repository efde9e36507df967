import re
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shop.product_files import read_folder
from shop.stock import change_product, load_product_files, product_at, remove_product
from shop.views import stock
from tests.harness import FORM, Browser, Shop


def test_the_stock_lists_products_in_pages(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    assert 'class="empty"' in browser.get("/admin").text
    load_product_files(session)
    session.commit()
    for _ in range(5):
        browser.submit("/admin/products/new", FORM)
    page = browser.get("/admin").text
    assert page.count("from a file") == len(read_folder().drafts) - 1
    assert re.search(r"added \d\d \w+ \d{4}, \d\d:\d\d UTC", page)
    assert page.count(">Change</a>") == 5
    assert 'rel="next" href="/admin?page=2"' in page
    assert browser.get("/admin?page=2").text.count("from a file") == 1
    assert browser.get("/admin?page=3").status_code == 404


def test_a_created_product_is_public(shop: Shop) -> None:
    browser = shop.signed_in()
    response = browser.submit("/admin/products/new", FORM)
    assert (response.status_code, response.headers["Location"]) == (303, "/products/oak-tray")
    assert 'class="flash"' in browser.get("/products/oak-tray").text
    visitor = shop.browser()
    page = visitor.get("/products/oak-tray").text
    assert "It carries\n\na breakfast." in page
    assert '<a href="/products/oak-tray">Oak tray</a>' in visitor.get("/").text


def create(browser: Browser, **fields: str) -> TestResponse:
    return browser.submit("/admin/products/new", {**FORM, **fields})


@pytest.mark.parametrize(
    ("fields", "field_id", "problem"),
    [
        ({"name": ""}, "name", "Fill"),
        ({"price": "much"}, "price", "Write the price"),
        ({"currency": "btc"}, "currency", "Choose one of CHF, EUR"),
        ({"info": "i" * 61}, "info", "At most 60"),
        ({"short_description": "\0"}, "short_description", "Write"),
        ({"full_description": ""}, "full_description", "Fill"),
        ({"picture": "../../etc/passwd"}, "images", "There is no picture"),
        ({"picture": ""}, "images", "Choose"),
    ],
)
def test_a_problem_is_shown_beside_its_field(
    shop: Shop, session: Session, fields: dict[str, str], field_id: str, problem: str
) -> None:
    response = create(shop.signed_in(), **fields)
    assert response.status_code == 422
    assert f'id="{field_id}-problem">{problem}' in response.text
    assert f'aria-describedby="{field_id}-problem"' in response.text
    assert "1 field " in response.text
    assert product_at(session, "oak-tray") is None


def test_an_invalid_form_keeps_its_values(shop: Shop) -> None:
    response = create(shop.signed_in(), price="", currency="chf", picture="desk-lamp.svg")
    assert 'value="Oak tray"' in response.text
    assert '<option value="chf" selected>' in response.text
    assert 'value="desk-lamp.svg" checked' in response.text
    assert "a breakfast.</textarea>" in response.text


def test_a_changed_product_keeps_its_slug(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    browser.submit("/admin/products/new", FORM)
    form = browser.get("/admin/products/oak-tray/edit").text
    assert 'value="34.50"' in form
    assert 'value="parcel.svg" checked' in form
    assert "a breakfast.</textarea>" in form
    changed = {**FORM, "name": "Ash tray", "price": "1200", "currency": "jpy"}
    response = browser.submit("/admin/products/oak-tray/edit", changed)
    assert (response.status_code, response.headers["Location"]) == (303, "/products/oak-tray")
    page = browser.get("/products/oak-tray").text
    assert 'class="flash"' in page
    assert "<h1>Ash tray</h1>" in page
    assert "¥1,200" in page
    broken = browser.submit("/admin/products/oak-tray/edit", {**changed, "price": "-1"})
    assert broken.status_code == 422
    assert "Change Ash tray" in broken.text
    assert "¥1,200" in browser.get("/products/oak-tray").text


def test_a_product_can_be_removed(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    browser.submit("/admin/products/new", FORM)
    assert "Oak tray" in browser.get("/admin/products/oak-tray/remove").text
    response = browser.submit("/admin/products/oak-tray/remove", {})
    assert (response.status_code, response.headers["Location"]) == (303, "/admin")
    assert 'class="flash"' in browser.get("/admin").text
    assert product_at(session, "oak-tray") is None


@pytest.mark.parametrize(
    "path",
    [
        "/admin/products/desk-lamp/edit",
        "/admin/products/desk-lamp/remove",
        "/admin/products/none/edit",
        "/admin/products/%00/edit",
    ],
)
def test_a_product_of_a_file_cannot_be_changed_on_the_admin_pages(
    shop: Shop, session: Session, path: str
) -> None:
    load_product_files(session)
    session.commit()
    browser = shop.signed_in()
    assert browser.get(path).status_code == 404
    assert browser.submit(path, FORM, page="/admin").status_code == 404
    assert product_at(session, "desk-lamp")


@pytest.mark.sqlite
def test_changing_a_product_that_was_just_removed_is_404(
    shop: Shop, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shop.signed_in()
    browser.submit("/admin/products/new", FORM)

    def remove_first(*arguments: Any) -> bool:
        with Session(shop.database.engine) as other:
            product = product_at(other, "oak-tray")
            assert product
            remove_product(other, product, product.version)
        return change_product(*arguments)

    monkeypatch.setattr(stock, "change_product", remove_first)
    response = browser.submit("/admin/products/oak-tray/edit", FORM)
    assert response.status_code == 404
    assert "in the meantime" in response.text


@pytest.mark.sqlite
def test_a_change_does_not_overwrite_another_one(shop: Shop, session: Session) -> None:
    one, other = shop.signed_in(), shop.signed_in()
    one.submit("/admin/products/new", FORM)
    path = "/admin/products/oak-tray/edit"
    shown = hidden_fields(other, path)
    assert one.submit(path, {**FORM, "price": "30"}).status_code == 303
    stale = other.post(path, data={**FORM, "price": "40", **shown})
    assert stale.status_code == 409
    assert 'value="40"' in stale.text
    assert price(session) == 3000
    # The form that is shown again has the current version.
    again = other.post(path, data={**FORM, "price": "40", **hidden_fields(other, path)})
    assert again.status_code == 303
    assert price(session) == 4000


@pytest.mark.sqlite
def test_a_product_that_was_changed_is_not_removed(shop: Shop, session: Session) -> None:
    one, other = shop.signed_in(), shop.signed_in()
    one.submit("/admin/products/new", FORM)
    path = "/admin/products/oak-tray/remove"
    shown = hidden_fields(other, path)
    one.submit("/admin/products/oak-tray/edit", {**FORM, "price": "30"})
    stale = other.post(path, data=shown)
    assert stale.status_code == 409
    assert price(session) == 3000
    assert other.submit(path, {}).status_code == 303
    assert product_at(session, "oak-tray") is None


@pytest.mark.parametrize("path", ["edit", "remove"])
@pytest.mark.parametrize("version", [None, "", "0", "-1", "\uff11", "1" * 5000, "1.0", "\0", "x"])
def test_an_invalid_version_changes_nothing(
    shop: Shop, session: Session, path: str, version: str | None
) -> None:
    browser = shop.signed_in()
    browser.submit("/admin/products/new", FORM)
    fields = {**FORM, "price": "30", **hidden_fields(browser, "/admin/products/new")}
    sent = fields if version is None else {**fields, "version": version}
    assert browser.post(f"/admin/products/oak-tray/{path}", data=sent).status_code == 409
    assert price(session) == 3450


def hidden_fields(browser: Browser, path: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', browser.get(path).text)
    return dict(found)


def price(session: Session) -> int:
    session.expire_all()
    product = product_at(session, "oak-tray")
    assert product
    found = product.price
    session.rollback()
    return found


@pytest.mark.parametrize("name", ["New", "Edit", "Remove", "Products", "Login", "Checkout"])
def test_a_product_with_the_name_of_a_page_can_be_changed(shop: Shop, name: str) -> None:
    browser = shop.signed_in()
    named = {**FORM, "name": name}
    made = browser.submit("/admin/products/new", named)
    assert made.headers["Location"] == f"/products/{name.lower()}"
    path = re.search(
        r'href="(/admin/products/[\w/-]+)" aria-label="Change', browser.get("/admin").text
    )
    assert path
    assert f"Change {name}" in browser.get(path[1]).text
    changed = browser.submit(path[1], {**named, "price": "30"})
    assert changed.headers["Location"] == f"/products/{name.lower()}"
    assert "€30.00" in browser.get(f"/products/{name.lower()}").text
    assert browser.submit(f"/admin/products/{name.lower()}/remove", {}).status_code == 303
    assert 'class="empty"' in browser.get("/admin").text


def test_an_empty_form_reports_every_field(shop: Shop) -> None:
    response = shop.signed_in().submit("/admin/products/new", {})
    assert response.status_code == 422
    assert "6 fields " in response.text


def test_every_field_has_a_label(shop: Shop) -> None:
    browser = shop.signed_in()
    for path in ("/admin/login", "/admin/products/new"):
        page = browser.get(path).text
        fields = re.findall(r'<(?:input|select|textarea) id="(\w+)"', page)
        assert fields
        assert [field for field in fields if f'<label for="{field}">' not in page] == []
