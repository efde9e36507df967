"""A change of the password, and what it ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appkit.flask import passwords
from appkit.flask.database import Database
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser, token_in
from soft_ui import accounts
from soft_ui.models import Account, Login
from tests.page import Page
from tests.visitors import ADA, PASSWORD, is_signed_in, send, sign_in, sign_up


def test_the_password_can_be_changed(browser: Browser, other: Browser) -> None:
    sign_up(browser)
    sign_in(other)
    new_password = "another horse battery"
    assert (
        send(
            browser, "/profile/password/", password=PASSWORD, new_password=new_password
        ).status_code
        == 303
    )
    assert is_signed_in(browser)
    assert not is_signed_in(other)
    assert sign_in(other).status_code == 422
    assert sign_in(other, password=new_password).status_code == 303


def test_a_copied_cookie_is_not_valid_after_a_change_of_the_password(
    browser: Browser, other: Browser
) -> None:
    sign_up(browser)
    held = browser.get_cookie("flask-soft-ui-session")
    assert held is not None
    other.set_cookie("flask-soft-ui-session", held.value)
    assert is_signed_in(other)
    new_password = "another horse battery"
    send(browser, "/profile/password/", password=PASSWORD, new_password=new_password)
    assert is_signed_in(browser)
    other.set_cookie("flask-soft-ui-session", held.value)
    assert not is_signed_in(other)


def change_at_once(
    monkeypatch: pytest.MonkeyPatch, browser: Browser, meanwhile: Callable[[], object]
) -> TestResponse:
    """Changes the password; `meanwhile` happens after the current one was found to be right."""
    verify_password = passwords.verify_password

    def verify_first(stored: str | None, password: str) -> bool:
        is_right = verify_password(stored, password)
        monkeypatch.setattr(passwords, "verify_password", verify_password)
        meanwhile()
        return is_right

    token = token_in(browser.get("/profile/"))
    monkeypatch.setattr(passwords, "verify_password", verify_first)
    form = {"csrf_token": token, "password": PASSWORD, "new_password": "the losing battery"}
    return browser.post("/profile/password/", data=form)


@pytest.mark.sqlite
def test_only_one_of_two_concurrent_changes_of_the_password_succeeds(
    browser: Browser, other: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(browser)
    sign_in(other)
    winning = "the winning battery"
    lost = change_at_once(
        monkeypatch,
        browser,
        lambda: send(other, "/profile/password/", password=PASSWORD, new_password=winning),
    )
    assert lost.status_code == 409
    assert not is_signed_in(browser)
    assert is_signed_in(other)
    assert sign_in(browser, password="the losing battery").status_code == 422
    assert sign_in(browser, password=winning).status_code == 303


@pytest.mark.postgres_only
def test_many_concurrent_changes_of_the_password_end_well(
    browser: Browser, service: ServiceMiddleware, session: Session
) -> None:
    sign_up(browser)
    browsers = [Browser(service) for _ in range(4)]
    for another in browsers:
        sign_in(another)
    tokens = [token_in(another.get("/profile/")) for another in browsers]
    together = Barrier(len(browsers))

    def change(number: int) -> TestResponse:
        together.wait()
        form = {"password": PASSWORD, "new_password": f"horse battery {number} staple"}
        data = form | {"csrf_token": tokens[number]}
        return browsers[number].post("/profile/password/", data=data)

    with ThreadPoolExecutor(len(browsers)) as pool:
        responses = list(pool.map(change, range(len(browsers))))
    locations = [response.location for response in responses]
    assert locations.count("/profile/") == 1
    winner = locations.index("/profile/")
    losers = [response for number, response in enumerate(responses) if number != winner]
    # A request that begins after the change has no session any more, so it has to sign in.
    assert {(one.status_code, one.location) for one in losers} <= {
        (303, "/sign-in/?next=/profile/"),
        (409, None),
        (422, None),
    }
    assert [is_signed_in(another) for another in browsers] == [
        number == winner for number in range(len(browsers))
    ]
    assert session.scalar(select(func.count(Login.id))) == 1
    assert sign_in(Browser(service), password=f"horse battery {winner} staple").status_code == 303


@pytest.mark.postgres_only
def test_an_account_is_locked_from_the_check_of_its_password_to_the_commit(
    browser: Browser, database: Database, session: Session
) -> None:
    sign_up(browser)
    accounts.authenticate(session, accounts.read_form(ADA), "10.0.0.2", datetime.now(UTC))
    with Session(database.engine) as another:
        with pytest.raises(OperationalError, match="lock"):
            another.execute(select(Account).with_for_update(nowait=True))
        another.rollback()
        session.commit()
        assert another.execute(select(Account).with_for_update(nowait=True)).all()


def test_signing_in_with_a_password_that_changes_meanwhile_is_refused(
    browser: Browser, other: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(browser)
    verify_password = passwords.verify_password
    new_password = "another horse battery"

    def verify_first(stored: str | None, password: str) -> bool:
        is_right = verify_password(stored, password)
        monkeypatch.setattr(passwords, "verify_password", verify_password)
        send(browser, "/profile/password/", password=PASSWORD, new_password=new_password)
        return is_right

    token = token_in(other.get("/sign-in/"))
    monkeypatch.setattr(passwords, "verify_password", verify_first)
    form = {"csrf_token": token, "email": "ada@example.org", "password": PASSWORD}
    assert other.post("/sign-in/", data=form).status_code == 422
    assert not is_signed_in(other)
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("current", "new_password", "invalid"),
    [
        ("wrong", "another horse battery", ["password"]),
        (PASSWORD, "short", ["new_password"]),
        (PASSWORD, "password123", ["new_password"]),
        (PASSWORD, "ada.example!", ["new_password"]),
        ("", "", ["password", "new_password"]),
    ],
)
def test_an_invalid_change_of_the_password_is_refused(
    browser: Browser, current: str, new_password: str, invalid: list[str]
) -> None:
    sign_up(browser)
    response = send(browser, "/profile/password/", password=current, new_password=new_password)
    assert (response.status_code, Page(response.text).invalid_fields()) == (422, invalid)
    send(browser, "/sign-out/")
    assert sign_in(browser).status_code == 303
