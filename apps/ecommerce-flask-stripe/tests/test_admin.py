import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shop.admins import create_admin
from shop.models import Admin, Order, now
from shop.product_files import read_folder
from shop.shelf import load_product_files, product_at
from shop.views import admin
from tests.running import FORM, Browser, Shop

PAGES = ["/admin", "/admin/products/new"]


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_the_login(shop: Shop, path: str) -> None:
    answer = shop.browser().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/admin/login?next={path}"
    assert answer.headers["Cache-Control"] == "no-store"


def test_strangers_create_nothing(shop: Shop, session: Session) -> None:
    answer = shop.browser().submit("/admin/products/new", FORM, page="/admin/login")
    assert answer.status_code == 302
    assert product_at(session, "oak-tray") is None


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("", "/admin"),
        ("/admin", "/admin"),
        ("/admin/products/new", "/admin/products/new"),
        ("//evil.test/admin", "/admin"),
        ("https://evil.test/admin", "/admin"),
        ("/admin/../..//evil.test", "/admin"),
        ("/admin/login", "/admin"),
        ("/\\evil.test", "/admin"),
        ("/admin\n", "/admin"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/ecommerce-flask"])
def test_the_login_leads_back_and_never_out(
    shop: Shop, prefix: str, wanted: str, location: str
) -> None:
    headers = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PREFIX": prefix} if prefix else {}
    browser = shop.browser(**headers)
    with Session(shop.database.engine) as session:
        password = create_admin(session, "berta")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/admin/login").text)
    assert token
    answer = browser.post(
        "/admin/login",
        query_string={"next": wanted},
        data={"name": " berta ", "password": password, "csrf_token": token[1]},
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == prefix + location
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "Path=/;" in answer.headers["Set-Cookie"]
    assert answer.headers["Set-Cookie"].startswith("ecommerce-flask-session=")


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong"), ("nobody", "wrong"), ("", ""), ("anna\0", "x"), ("a" * 500, "x" * 5000)],
)
def test_a_wrong_password_is_told_beside_the_field(shop: Shop, name: str, password: str) -> None:
    shop.signed_in()
    browser = shop.browser()
    answer = browser.submit("/admin/login", {"name": name, "password": password})
    assert answer.status_code == 422
    assert "The name or the password is wrong." in answer.text
    assert 'aria-invalid="true" aria-describedby="problem"' in answer.text
    assert password == "" or f'value="{password}"' not in answer.text
    assert browser.get("/admin").status_code == 302


def test_too_many_attempts_are_told_when_to_come_back(shop: Shop) -> None:
    browser = shop.browser()
    wrong = {"name": "anna", "password": "wrong"}
    statuses = [browser.submit("/admin/login", wrong).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    answer = browser.submit("/admin/login", wrong)
    assert 1 <= int(answer.headers["Retry-After"]) <= 900
    assert "Too many attempts. Try again in 15 min." in answer.text


def test_signing_out_ends_it(shop: Shop) -> None:
    browser = shop.signed_in()
    assert browser.get("/admin").status_code == 200
    answer = browser.submit("/admin/logout", {}, page="/admin")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.get("/admin").status_code == 302


def test_an_admin_who_is_gone_is_a_stranger(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    session.query(Admin).delete()
    session.commit()
    assert browser.get("/admin").status_code == 302


def test_a_login_ends_by_itself(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = shop.signed_in()
    monkeypatch.setattr(admin, "now", lambda: now() + admin.SIGNED_IN_FOR + timedelta(seconds=1))
    assert browser.get("/admin").status_code == 302


def test_the_stock_shows_products_and_orders(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    empty = browser.get("/admin").text
    assert "Nothing yet." in empty
    assert "No order yet." in empty
    load_product_files(session)
    order = {"product_slug": "gone", "product_name": "Old vase", "currency": "eur"}
    session.add(Order(session_id="cs_1", total=1250, **order))
    session.commit()
    browser.submit("/admin/products/new", FORM)
    page = browser.get("/admin").text
    assert page.count("from a file") == len(read_folder().drafts)
    assert "Old vase" in page
    assert "€12.50" in page
    assert re.search(r"added \d\d \w+ \d{4}, \d\d:\d\d UTC", page)


def test_a_product_is_created_and_everybody_sees_it(shop: Shop) -> None:
    browser = shop.signed_in()
    answer = browser.submit("/admin/products/new", FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/products/oak-tray")
    visitor = shop.browser()
    page = visitor.get("/products/oak-tray").text
    assert "It carries\n\na breakfast." in page
    assert '<a href="/products/oak-tray">Oak tray</a>' in visitor.get("/").text


def create(browser: Browser, **fields: str) -> TestResponse:
    return browser.submit("/admin/products/new", {**FORM, **fields})


@pytest.mark.parametrize(
    ("fields", "beside", "problem"),
    [
        ({"name": ""}, "name", "Fill this in."),
        ({"price": "much"}, "price", "Write the price as a plain number, like 48.00."),
        ({"currency": "btc"}, "currency", "Choose one of CHF, EUR, GBP, JPY, USD."),
        ({"info": "i" * 61}, "info", "At most 60 characters; these are 61."),
        ({"short_description": "\0"}, "short_description", "Write it on one line"),
        ({"full_description": ""}, "full_description", "Fill this in."),
        ({"picture": "../../etc/passwd"}, "images", "There is no picture"),
        ({"picture": ""}, "images", "Choose a picture."),
    ],
)
def test_a_problem_stands_beside_its_field(
    shop: Shop, session: Session, fields: dict[str, str], beside: str, problem: str
) -> None:
    answer = create(shop.signed_in(), **fields)
    assert answer.status_code == 422
    assert f'id="{beside}-problem">{problem}' in answer.text
    assert f'aria-describedby="{beside}-problem"' in answer.text
    assert "1 field needs another look" in answer.text
    assert product_at(session, "oak-tray") is None


def test_what_was_typed_is_kept(shop: Shop) -> None:
    answer = create(shop.signed_in(), price="", currency="chf", picture="desk-lamp.svg")
    assert 'value="Oak tray"' in answer.text
    assert '<option value="chf" selected>' in answer.text
    assert 'value="desk-lamp.svg" checked' in answer.text
    assert "a breakfast.</textarea>" in answer.text


def test_an_empty_request_names_every_field(shop: Shop) -> None:
    answer = shop.signed_in().submit("/admin/products/new", {})
    assert answer.status_code == 422
    assert "6 fields need another look" in answer.text


@pytest.mark.parametrize("path", ["/admin/login", "/admin/logout", "/admin/products/new"])
@pytest.mark.parametrize("token", ["", "AAAA", "é"])
def test_a_form_from_elsewhere_is_refused(
    shop: Shop, session: Session, path: str, token: str
) -> None:
    answer = shop.signed_in().post(path, data={**FORM, "csrf_token": token})
    assert answer.status_code == 403
    assert "Lowfield" in answer.text
    assert product_at(session, "oak-tray") is None


def test_every_field_has_a_label(shop: Shop) -> None:
    browser = shop.signed_in()
    for path in ("/admin/login", "/admin/products/new"):
        page = browser.get(path).text
        fields = re.findall(r'<(?:input|select|textarea) id="(\w+)"', page)
        assert fields
        assert [field for field in fields if f'<label for="{field}">' not in page] == []
