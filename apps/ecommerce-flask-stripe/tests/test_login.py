import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.orm import Session

from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from shop.admins import create_admin
from shop.models import Admin, AdminSession, Base, now
from shop.stock import product_at
from shop.views.login import MAX_LISTED_SESSIONS, SESSION_LIFETIME
from tests.harness import FORM, Browser, Shop

PAGES = [
    "/admin",
    "/admin/products/new",
    "/admin/products/oak-tray/edit",
    "/admin/products/oak-tray/remove",
    "/admin/orders",
    "/admin/orders/cs_test_1",
    "/admin/sessions",
]


@pytest.mark.parametrize("path", PAGES)
def test_visitors_without_a_session_are_redirected_to_the_login(shop: Shop, path: str) -> None:
    response = shop.browser().get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/admin/login?next={path}"
    assert response.headers["Cache-Control"] == "no-store, private"


def test_no_form_of_an_admin_page_works_without_a_session(shop: Shop) -> None:
    rules = [
        rule
        for rule in shop.flask.url_map.iter_rules()
        if rule.rule.startswith("/admin/") and "POST" in (rule.methods or ())
    ]
    forms = {re.sub("<.*?>", "oak-tray", rule.rule) for rule in rules}
    for path in forms - {"/admin/login", "/admin/logout"}:
        response = shop.browser().submit(path, {}, page="/admin/login")
        location = f"/admin/login?next={path}"
        assert (response.status_code, response.headers["Location"]) == (302, location)


def test_visitors_without_a_session_cannot_create_products(shop: Shop, session: Session) -> None:
    response = shop.browser().submit("/admin/products/new", FORM, page="/admin/login")
    assert response.status_code == 302
    assert product_at(session, "oak-tray") is None


@pytest.mark.parametrize(
    ("next_path", "location"),
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
        ("//evil.test", "/admin"),
        ("///evil.test", "/admin"),
        ("//evil.test/..//admin", "/admin"),
        ("/admin/\\evil.test", "/admin"),
        ("/admin@evil.test", "/admin"),
        ("/admin\n", "/admin"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/ecommerce-flask"])
def test_the_login_redirects_only_to_admin_pages(
    shop: Shop, prefix: str, next_path: str, location: str
) -> None:
    headers = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PREFIX": prefix} if prefix else {}
    browser = shop.browser(**headers)
    with Session(shop.database.engine) as session:
        password = create_admin(session, "berta")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/admin/login").text)
    assert token
    response = browser.post(
        "/admin/login",
        query_string={"next": next_path},
        data={"name": " berta ", "password": password, "csrf_token": token[1]},
    )
    assert response.status_code == 303
    assert response.headers["Location"] == prefix + location
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "Path=/;" in response.headers["Set-Cookie"]
    assert response.headers["Set-Cookie"].startswith("ecommerce-flask-session=")


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong"), ("nobody", "wrong"), ("", ""), ("anna\0", "x"), ("a" * 500, "x" * 5000)],
)
def test_a_wrong_password_is_reported_beside_its_field(
    shop: Shop, name: str, password: str
) -> None:
    shop.signed_in()
    browser = shop.browser()
    response = browser.submit("/admin/login", {"name": name, "password": password})
    assert response.status_code == 422
    assert 'aria-invalid="true" aria-describedby="problem"' in response.text
    assert 'id="problem" role="alert"' in response.text
    assert password == "" or f'value="{password}"' not in response.text
    assert browser.get("/admin").status_code == 302


def test_too_many_attempts_are_refused_with_the_time_to_wait(shop: Shop) -> None:
    browser = shop.browser()
    wrong = {"name": "anna", "password": "wrong"}
    maximum = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts
    statuses = [browser.submit("/admin/login", wrong).status_code for _ in range(maximum + 1)]
    assert statuses == [422] * maximum + [429]
    response = browser.submit("/admin/login", wrong)
    assert 1 <= int(response.headers["Retry-After"]) <= 900
    assert "15 minutes" in response.text


def with_copied_cookie(shop: Shop, browser: Browser) -> Browser:
    """Another browser with a copy of the session cookie."""
    cookie = browser.get_cookie("ecommerce-flask-session")
    assert cookie
    copy = shop.browser()
    copy.set_cookie("ecommerce-flask-session", cookie.value)
    return copy


def test_signing_out_also_ends_the_session_for_a_copied_cookie(shop: Shop) -> None:
    browser = shop.signed_in()
    copy = with_copied_cookie(shop, browser)
    assert copy.get("/admin").status_code == 200
    response = browser.submit("/admin/logout", {}, page="/admin")
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert browser.get("/admin").status_code == 302
    assert copy.get("/admin").status_code == 302
    assert 'class="flash"' in browser.get("/").text
    assert 'class="flash"' not in browser.get("/").text


def test_a_session_is_valid_at_another_replica(shop: Shop, open_shop: Callable[..., Shop]) -> None:
    assert with_copied_cookie(open_shop(), shop.signed_in()).get("/admin").status_code == 200


def test_the_session_of_a_deleted_admin_is_over(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    session.query(Admin).delete()
    session.commit()
    assert browser.get("/admin").status_code == 302
    assert session.query(AdminSession).count() == 0


def test_a_session_expires(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    (login,) = session.query(AdminSession)
    assert login.expires - login.started == SESSION_LIFETIME
    login.expires = now()
    session.commit()
    assert browser.get("/admin").status_code == 302


def test_a_session_lasts_twelve_hours(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    (login,) = session.query(AdminSession)
    assert login.expires - login.started == timedelta(hours=12)
    login.expires = now() + timedelta(minutes=1)
    session.commit()
    # Requests do not prolong it.
    assert browser.get("/admin").status_code == 200
    session.expire_all()
    assert login.expires < now() + timedelta(minutes=2)


def test_the_token_of_a_session_is_not_in_the_database(shop: Shop, session: Session) -> None:
    cookie = shop.signed_in().get_cookie("ecommerce-flask-session")
    assert cookie
    serializer = SecureCookieSessionInterface().get_signing_serializer(shop.flask)
    assert serializer
    token = serializer.loads(cookie.value)["login"]
    assert len(token) >= 43
    for table in reversed(Base.metadata.sorted_tables):
        for row in session.execute(table.select()):
            assert token not in [str(value) for value in row]


@pytest.mark.parametrize(
    "path",
    ["//evil.test", "//evil.test/", "///evil.test/admin", "//evil.test//admin/", "/\\evil.test//x"],
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_no_path_redirects_to_another_host(shop: Shop, path: str, signed_in: bool) -> None:
    browser = shop.signed_in() if signed_in else shop.browser()
    # The test client would read two slashes as the beginning of a host.
    browser.overrides |= {"PATH_INFO": path}
    for response in (browser.get("/"), browser.get("/", query_string={"next": path})):
        location = response.headers.get("Location", "/")
        assert re.fullmatch(r"/(?![/\\]).*|/", location)


def test_sessions_are_listed_and_the_others_can_be_ended(shop: Shop) -> None:
    browser = shop.signed_in()
    assert "Sign out everywhere else" not in browser.get("/admin/sessions").text
    other = shop.signed_in(agent="Elsewhere/2.0")
    page = browser.get("/admin/sessions").text
    assert "anna" in page
    assert "Elsewhere/2.0" in page
    assert page.count("this browser") == 1
    response = browser.submit("/admin/sessions", {})
    assert response.headers["Location"] == "/admin/sessions"
    assert 'class="flash"' in browser.get("/admin/sessions").text
    assert other.get("/admin").status_code == 302


def test_the_sessions_of_another_admin_are_neither_listed_nor_ended(
    shop: Shop, session: Session
) -> None:
    browser, elsewhere = shop.signed_in(), shop.signed_in(agent="Elsewhere/2.0")
    other = shop.browser(HTTP_USER_AGENT="Other/3.0")
    fields = {"name": "berta", "password": create_admin(session, "berta")}
    assert other.submit("/admin/login", fields).status_code == 303
    page = browser.get("/admin/sessions").text
    assert "Elsewhere/2.0" in page
    assert "Other/3.0" not in page
    browser.submit("/admin/sessions", {})
    assert [b.get("/admin").status_code for b in (browser, other, elsewhere)] == [200, 200, 302]


def test_an_expired_session_is_not_listed(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    shop.signed_in(agent="Elsewhere/2.0")
    session.query(AdminSession).filter(AdminSession.agent == "Elsewhere/2.0").update(
        {"expires": now()}
    )
    session.commit()
    assert "Elsewhere/2.0" not in browser.get("/admin/sessions").text


def test_the_list_of_ten_thousand_sessions_is_a_page(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    (login,) = session.query(AdminSession)
    times = {"started": now(), "seen": now() - timedelta(1), "expires": login.expires}
    session.add_all(
        AdminSession(admin_id=login.admin_id, digest=f"{number:064}", agent="x", **times)
        for number in range(10_000)
    )
    session.commit()
    page = browser.get("/admin/sessions").text
    assert page.count('<li class="plain">') == MAX_LISTED_SESSIONS
    assert page.count("this browser") == 1
    browser.submit("/admin/sessions", {})
    assert session.query(AdminSession).count() == 1


def test_a_session_survives_a_database_outage(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = shop.signed_in()
    with monkeypatch.context() as patch:
        patch.setattr(type(shop.database.breaker), "open", True)
        response = browser.get("/admin")
        assert response.status_code == 503
        assert "Lowfield" in response.text
    assert browser.get("/admin").status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "e30.x.y", "." * 2000, "é", "eyJsb2dpbiI6ImEifQ.a.b"])
def test_an_invalid_cookie_is_not_a_session(shop: Shop, cookie: str) -> None:
    browser = shop.browser()
    browser.set_cookie("ecommerce-flask-session", cookie)
    assert browser.get("/admin").status_code == 302


@pytest.mark.parametrize("path", [*PAGES[1:], "/admin/login", "/admin/logout"])
@pytest.mark.parametrize("token", ["", "AAAA", "é"])
def test_a_form_without_a_valid_csrf_token_is_refused(
    shop: Shop, session: Session, path: str, token: str
) -> None:
    response = shop.signed_in().post(path, data={**FORM, "csrf_token": token})
    assert response.status_code == (405 if path == "/admin/orders" else 403)
    assert "Lowfield" in response.text
    assert product_at(session, "oak-tray") is None
