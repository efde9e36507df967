import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from devkit.testing.flask import Browser, token_in
from soft_ui import fields
from soft_ui.models import Account, Login
from tests.page import Page, assert_sound
from tests.visitors import PASSWORD, is_signed_in, send, sign_in, sign_up

MAX_ATTEMPTS = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts


type Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.parametrize("prefix", ["", "/flask-soft-ui"])
def test_the_profile_is_sound(browser: Browser, prefix: str) -> None:
    sign_up(browser)
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    assert_sound(browser.get("/profile/", headers=headers), browser, prefix)
    assert_sound(browser.get("/components/tabs/", headers=headers), browser, prefix)


@pytest.mark.parametrize("prefix", ["", "/flask-soft-ui"])
def test_the_profile_redirects_to_the_sign_in_page(browser: Browser, prefix: str) -> None:
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    response = browser.get("/profile/", headers=headers)
    assert response.status_code == 303
    assert response.headers["Location"] == f"{prefix}/sign-in/?next=/profile/"
    assert 'role="status"' in browser.get("/sign-in/").text


@pytest.mark.parametrize(
    "path", ["name/", "password/", "sessions/1/end/", "sessions/end/", "delete/"]
)
def test_no_form_of_the_profile_works_without_a_session(browser: Browser, path: str) -> None:
    token = token_in(browser.get("/sign-in/"))
    response = browser.post(f"/profile/{path}", data={"csrf_token": token})
    assert response.status_code == 303
    assert response.headers["Location"] == "/sign-in/?next=/profile/"


def test_the_name_can_be_changed(browser: Browser) -> None:
    sign_up(browser)
    response = send(browser, "/profile/name/", name=" x ")
    assert (response.status_code, Page(response.text).invalid_fields()) == (422, ["name"])
    assert 'value="x"' in response.text
    for hidden in ("\u200b\u200b", "\u202eadA", "\u3164\u3164", "\u0301\u0301"):
        assert send(browser, "/profile/name/", name=hidden).status_code == 422
    assert send(browser, "/profile/name/", name="Ada <b>").status_code == 303
    assert 'id="account-name">Ada &lt;b&gt;<' in browser.get("/profile/").text


@pytest.mark.parametrize(
    ("path", "field"), [("/profile/password/", "password"), ("/profile/delete/", "confirmation")]
)
def test_attempts_to_confirm_with_the_password_are_limited(
    browser: Browser, path: str, field: str
) -> None:
    sign_up(browser)
    for _ in range(MAX_ATTEMPTS):
        assert send(browser, path, **{field: "wrong"}).status_code == 422
    assert send(browser, path, **{field: PASSWORD}).status_code == 429
    assert is_signed_in(browser)


@pytest.mark.sqlite
def test_an_account_can_be_deleted(browser: Browser, other: Browser, session: Session) -> None:
    grace = Account(name="Grace", email="grace@example.org", password="", created=datetime.now(UTC))
    session.add(grace)
    session.commit()
    sign_up(browser)
    sign_in(other)
    response = send(browser, "/profile/delete/", confirmation="wrong")
    assert (response.status_code, Page(response.text).invalid_fields()) == (422, ["confirmation"])
    assert send(browser, "/profile/delete/", confirmation=PASSWORD).headers["Location"] == "/"
    assert 'role="status"' in browser.get("/").text
    assert not is_signed_in(browser)
    assert not is_signed_in(other)
    assert session.scalars(select(Account.email)).all() == ["grace@example.org"]
    assert session.scalar(select(func.count(Login.id))) == 0
    sign_up(browser)


@pytest.mark.sqlite
def test_a_concurrent_change_is_409(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another replica deletes the account between the query and the change."""
    sign_up(browser)
    check_name = fields.check_name

    def delete_first(name: str) -> str | None:
        session.execute(delete(Account))
        session.commit()
        return check_name(name)

    token = token_in(browser.get("/profile/"))
    monkeypatch.setattr(fields, "check_name", delete_first)
    response = browser.post("/profile/name/", data={"csrf_token": token, "name": "Grace"})
    assert response.status_code == 409
    assert "Conflict" in response.text


def test_the_contact_form_is_prefilled_for_an_account(browser: Browser) -> None:
    sign_up(browser)
    page = browser.get("/contact/").text
    assert 'value="Ada Example"' in page
    assert 'value="ada@example.org"' in page


def test_the_profile_needs_few_queries(browser: Browser, statements: Statements) -> None:
    sign_up(browser)
    browser.get("/profile/")
    with statements() as executed:
        browser.get("/profile/")
    assert len(executed) <= 4


def test_the_profile_contains_no_hash(browser: Browser, session: Session) -> None:
    sign_up(browser)
    stored = session.scalars(select(Account.password)).one()
    digest = session.scalars(select(Login.digest)).one()
    page = browser.get("/profile/").text
    assert not re.search(f"{re.escape(stored)}|{digest}", page)
