from datetime import timedelta
from itertools import cycle

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from appkit.limits import FROM_A_NETWORK, ONE_ACCOUNT_FROM_A_NETWORK
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser, submit, token_in
from soft_ui.models import Account, Login
from tests.page import Page
from tests.visitors import ADA, HERE, PASSWORD, is_signed_in, send, sign_in, sign_up

MAX_ATTEMPTS = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts


def session_cookie(browser: Browser) -> str:
    cookie = browser.get_cookie("flask-soft-ui-session")
    assert cookie is not None
    return cookie.value


def test_many_wrong_addresses_do_not_lock_out_another_visitor(browser: Browser) -> None:
    submit(browser, "/sign-up/", ADA)
    token = token_in(browser.get("/sign-in/"))

    def attempt(**changes: str) -> int:
        data = ADA | changes | {"csrf_token": token}
        return browser.post("/sign-in/", data=data, headers=HERE).status_code

    for number in range(FROM_A_NETWORK.max_attempts + 1):
        assert attempt(email=f"nobody{number}@example.org") == 422
    assert attempt() == 303


def test_failed_attempts_are_logged_without_what_was_typed(
    browser: Browser, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    submit(browser, "/sign-up/", ADA)
    account = session.scalars(select(Account.id)).one()
    token = token_in(browser.get("/sign-in/"))
    for form in ({"password": "typed 1"}, {"email": "typed 2", "password": "typed 3"}, {}):
        data = ADA | form | {"csrf_token": token}
        browser.post("/sign-in/", data=data, headers=HERE)
    lines = [vars(one)["fields"] for one in caplog.records if one.name == "appkit.sign_in_log"]
    assert [(line["client"], line["account"]) for line in lines] == [
        ("8.8.8.8", account),
        ("8.8.8.8", None),
    ]
    assert "typed" not in caplog.text + str(lines)


def test_signing_in_and_out(browser: Browser, other: Browser) -> None:
    sign_up(browser)
    assert sign_in(other).headers["Location"] == "/profile/"
    assert "Welcome back" in other.get("/profile/").text
    copy = session_cookie(other)
    assert send(other, "/sign-out/").headers["Location"] == "/"
    assert "signed out" in other.get("/").text
    assert not is_signed_in(other)
    other.set_cookie("flask-soft-ui-session", copy)
    assert not is_signed_in(other)
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("remember", "lifetime", "persistent"),
    [
        ({}, timedelta(hours=12), False),
        ({"remember": "on"}, timedelta(days=30), True),
    ],
)
def test_the_lifetime_of_a_session(
    browser: Browser,
    other: Browser,
    session: Session,
    remember: dict[str, str],
    lifetime: timedelta,
    persistent: bool,
) -> None:
    sign_up(browser)
    response = sign_in(other, **remember)
    assert ("Expires=" in response.headers["Set-Cookie"]) is persistent
    newest = session.scalars(select(Login).order_by(Login.id.desc())).first()
    assert newest is not None
    assert newest.expires - newest.started == lifetime


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "wrong horse battery"},
        {"password": PASSWORD + "x" * 300},
        {"password": PASSWORD.upper()},
        {"email": "grace@example.org"},
        {"email": "not an address"},
        {"email": "ada@example.org\0"},
        {"password": "\0"},
    ],
)
def test_a_wrong_address_or_password_is_refused(
    browser: Browser, other: Browser, changes: dict[str, str]
) -> None:
    sign_up(browser)
    response = sign_in(other, **changes)
    assert response.status_code == 422
    assert Page(response.text).invalid_fields() == ["password"]
    assert not is_signed_in(other)


@pytest.mark.parametrize(
    ("changes", "invalid"),
    [
        ({"email": ""}, ["email"]),
        ({"password": ""}, ["password"]),
        ({"email": " ", "password": ""}, ["email", "password"]),
    ],
)
def test_a_missing_field_is_reported(
    browser: Browser, changes: dict[str, str], invalid: list[str]
) -> None:
    response = sign_in(browser, **changes)
    assert (response.status_code, Page(response.text).invalid_fields()) == (422, invalid)


@pytest.mark.sqlite
def test_attempts_to_sign_in_are_limited_across_replicas(browser: Browser, other: Browser) -> None:
    sign_up(browser)
    send(browser, "/sign-out/")
    statuses = [
        sign_in(one, password=f"wrong {number} battery").status_code
        for number, one in zip(range(MAX_ATTEMPTS + 1), cycle([browser, other]), strict=False)
    ]
    assert statuses == [422] * MAX_ATTEMPTS + [429]
    response = sign_in(other)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert "15 minutes" in response.text
    assert 'value="ada@example.org"' in response.text
    assert not is_signed_in(other)


@pytest.mark.parametrize(
    ("next_path", "target"),
    [
        ("/components/tabs/", "/components/tabs/"),
        ("/", "/"),
        ("", "/profile/"),
        ("https://evil.example/", "/profile/"),
        ("//evil.example/", "/profile/"),
        ("//localhost/", "/profile/"),
        ("///localhost/", "/profile/"),
        ("/components//localhost/", "/profile/"),
        ("/\\evil.example/", "/profile/"),
        ("/components/tabs/\n", "/profile/"),
        ("javascript:alert(1)", "/profile/"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/flask-soft-ui"])
def test_signing_in_redirects_only_within_the_site(
    browser: Browser, other: Browser, next_path: str, target: str, prefix: str
) -> None:
    sign_up(browser)
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    page = other.get("/sign-in/", query_string={"next": next_path})
    assert f'name="next" value="{target}"' in page.text
    data = {**ADA, "csrf_token": token_in(page), "next": next_path}
    response = other.post("/sign-in/", data=data, headers=headers)
    assert response.headers["Location"] == prefix + target


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/"])
def test_a_signed_in_visitor_is_redirected_to_the_profile(browser: Browser, path: str) -> None:
    sign_up(browser)
    assert browser.get(path).headers["Location"] == "/profile/"


def test_an_invalid_cookie_is_not_a_session(browser: Browser, service: ServiceMiddleware) -> None:
    sign_up(browser)
    value = session_cookie(browser)
    for forged in (value[:-4], value[4:], value.replace(".", ""), "x", value + "x"):
        another = Browser(service)
        another.set_cookie("flask-soft-ui-session", forged)
        assert not is_signed_in(another)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/sign-out/", "/profile/delete/", "/profile/sessions/end/"])
def test_a_link_or_a_form_without_a_token_changes_nothing(
    browser: Browser, path: str, method: str
) -> None:
    sign_up(browser)
    assert browser.open(path, method=method).status_code in (403, 405)
    assert is_signed_in(browser)
