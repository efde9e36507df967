import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from shop.admins import create_admin
from shop.models import Admin, AdminSession, now
from shop.product_files import read_folder
from shop.shelf import change_product, load_product_files, product_at, remove_product
from shop.views import stock
from shop.views.login import SIGNED_IN_FOR
from tests.running import FORM, Browser, Shop

PAGES = [
    "/admin",
    "/admin/products/new",
    "/admin/products/oak-tray",
    "/admin/products/oak-tray/remove",
    "/admin/orders",
    "/admin/orders/cs_test_1",
    "/admin/sessions",
]


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
        ("/admin/orders/cs_test_1", "/admin/orders/cs_test_1"),
        ("/admin//evil.test", "/admin"),
        ("/adminx", "/admin"),
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
    most = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts
    statuses = [browser.submit("/admin/login", wrong).status_code for _ in range(most + 1)]
    assert statuses == [422] * most + [429]
    answer = browser.submit("/admin/login", wrong)
    assert 1 <= int(answer.headers["Retry-After"]) <= 900
    assert "Too many wrong passwords. Try again in 15 minutes." in answer.text


def stolen(shop: Shop, browser: Browser) -> Browser:
    """Another browser with a copy of the cookie."""
    cookie = browser.get_cookie("ecommerce-flask-session")
    assert cookie
    thief = shop.browser()
    thief.set_cookie("ecommerce-flask-session", cookie.value)
    return thief


def test_signing_out_ends_it_for_a_copied_cookie_too(shop: Shop) -> None:
    browser = shop.signed_in()
    thief = stolen(shop, browser)
    assert thief.get("/admin").status_code == 200
    answer = browser.submit("/admin/logout", {}, page="/admin")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.get("/admin").status_code == 302
    assert thief.get("/admin").status_code == 302
    assert "You are signed out." in browser.get("/").text
    assert "You are signed out." not in browser.get("/").text


def test_another_replica_knows_the_session(shop: Shop, open_shop: Callable[..., Shop]) -> None:
    assert stolen(open_shop(), shop.signed_in()).get("/admin").status_code == 200


def test_an_admin_who_is_gone_is_a_stranger(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    session.query(Admin).delete()
    session.commit()
    assert browser.get("/admin").status_code == 302
    assert session.query(AdminSession).count() == 0


def test_a_login_ends_by_itself(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    (login,) = session.query(AdminSession)
    assert login.expires - login.started == SIGNED_IN_FOR
    login.expires = now()
    session.commit()
    assert browser.get("/admin").status_code == 302


def test_sessions_are_shown_and_the_others_ended(shop: Shop) -> None:
    browser = shop.signed_in()
    assert "Sign out everywhere else" not in browser.get("/admin/sessions").text
    other = shop.signed_in(agent="Elsewhere/2.0")
    page = browser.get("/admin/sessions").text
    assert "Where anna is signed in." in page
    assert "Elsewhere/2.0" in page
    assert page.count("this browser") == 1
    answer = browser.submit("/admin/sessions", {})
    assert answer.headers["Location"] == "/admin/sessions"
    assert "You are signed out everywhere else." in browser.get("/admin/sessions").text
    assert other.get("/admin").status_code == 302


def test_while_the_database_is_away_a_session_waits(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shop.signed_in()
    with monkeypatch.context() as patch:
        patch.setattr(type(shop.database.breaker), "open", True)
        answer = browser.get("/admin")
        assert answer.status_code == 503
        assert "One moment, please" in answer.text
    assert browser.get("/admin").status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "e30.x.y", "." * 2000, "é", "eyJsb2dpbiI6ImEifQ.a.b"])
def test_a_broken_cookie_is_no_session(shop: Shop, cookie: str) -> None:
    browser = shop.browser()
    browser.set_cookie("ecommerce-flask-session", cookie)
    assert browser.get("/admin").status_code == 302


def test_the_stock_shows_products_page_by_page(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    assert "Nothing yet." in browser.get("/admin").text
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


def test_a_product_is_created_and_everybody_sees_it(shop: Shop) -> None:
    browser = shop.signed_in()
    answer = browser.submit("/admin/products/new", FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/products/oak-tray")
    assert "Oak tray is on the shelf." in browser.get("/products/oak-tray").text
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


def test_a_product_is_changed_at_its_address(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    browser.submit("/admin/products/new", FORM)
    form = browser.get("/admin/products/oak-tray").text
    assert 'value="34.50"' in form
    assert 'value="parcel.svg" checked' in form
    assert "a breakfast.</textarea>" in form
    changed = {**FORM, "name": "Ash tray", "price": "1200", "currency": "jpy"}
    answer = browser.submit("/admin/products/oak-tray", changed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/products/oak-tray")
    page = browser.get("/products/oak-tray").text
    assert "Ash tray is changed." in page
    assert "¥1,200" in page
    broken = browser.submit("/admin/products/oak-tray", {**changed, "price": "-1"})
    assert broken.status_code == 422
    assert "Change Ash tray" in broken.text
    assert "¥1,200" in browser.get("/products/oak-tray").text


def test_a_product_is_taken_off_the_shelf(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    browser.submit("/admin/products/new", FORM)
    assert "Take Oak tray off the shelf?" in browser.get("/admin/products/oak-tray/remove").text
    answer = browser.submit("/admin/products/oak-tray/remove", {})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin")
    assert "Oak tray is off the shelf." in browser.get("/admin").text
    assert product_at(session, "oak-tray") is None


@pytest.mark.parametrize(
    "path",
    [
        "/admin/products/desk-lamp",
        "/admin/products/desk-lamp/remove",
        "/admin/products/none",
        "/admin/products/%00",
    ],
)
def test_what_comes_from_a_file_is_not_changed_here(
    shop: Shop, session: Session, path: str
) -> None:
    load_product_files(session)
    session.commit()
    browser = shop.signed_in()
    assert browser.get(path).status_code == 404
    assert browser.submit(path, FORM, page="/admin").status_code == 404
    assert product_at(session, "desk-lamp")


def test_a_product_that_goes_while_it_is_changed_is_404(
    shop: Shop, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shop.signed_in()
    browser.submit("/admin/products/new", FORM)

    def somebody_was_faster(*arguments: Any) -> bool:
        with Session(shop.database.engine) as other:
            product = product_at(other, "oak-tray")
            assert product
            remove_product(other, product)
        return change_product(*arguments)

    monkeypatch.setattr(stock, "change_product", somebody_was_faster)
    answer = browser.submit("/admin/products/oak-tray", FORM)
    assert answer.status_code == 404
    assert "taken off the shelf meanwhile" in answer.text


def test_an_empty_request_names_every_field(shop: Shop) -> None:
    answer = shop.signed_in().submit("/admin/products/new", {})
    assert answer.status_code == 422
    assert "6 fields need another look" in answer.text


@pytest.mark.parametrize("path", [*PAGES[1:], "/admin/login", "/admin/logout"])
@pytest.mark.parametrize("token", ["", "AAAA", "é"])
def test_a_form_from_elsewhere_is_refused(
    shop: Shop, session: Session, path: str, token: str
) -> None:
    answer = shop.signed_in().post(path, data={**FORM, "csrf_token": token})
    assert answer.status_code == (405 if path == "/admin/orders" else 403)
    assert "Lowfield" in answer.text
    assert product_at(session, "oak-tray") is None


def test_every_field_has_a_label(shop: Shop) -> None:
    browser = shop.signed_in()
    for path in ("/admin/login", "/admin/products/new"):
        page = browser.get(path).text
        fields = re.findall(r'<(?:input|select|textarea) id="(\w+)"', page)
        assert fields
        assert [field for field in fields if f'<label for="{field}">' not in page] == []
