"""The sessions of an account: they are listed, limited, and can be ended."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from appkit.flask import sessions
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser
from soft_ui import accounts
from soft_ui.models import Login
from tests.visitors import PASSWORD, is_signed_in, send, sign_in, sign_up


def test_sessions_are_listed_and_can_be_ended(
    browser: Browser, other: Browser, session: Session
) -> None:
    sign_up(browser)
    sign_in(other)
    page = browser.get("/profile/").text
    assert page.count(">This browser</span>") == 1
    others = session.scalars(select(Login.id).order_by(Login.id.desc())).first()
    assert f'action="/profile/sessions/{others}/end/"' in page
    assert send(browser, f"/profile/sessions/{others}/end/").status_code == 303
    assert 'role="status"' in browser.get("/profile/").text
    assert not is_signed_in(other)
    assert is_signed_in(browser)


def test_the_sessions_of_another_account_are_not_listed(browser: Browser, other: Browser) -> None:
    sign_up(browser)
    sign_up(other, email="grace@example.org")
    for one in (browser, other):
        page = one.get("/profile/").text
        assert page.count(">This browser</span>") == 1
        assert 'action="/profile/sessions/end/"' not in page


def test_ending_the_current_session_signs_out(browser: Browser, session: Session) -> None:
    sign_up(browser)
    current = session.scalars(select(Login.id)).one()
    assert send(browser, f"/profile/sessions/{current}/end/").headers["Location"] == "/"
    assert not is_signed_in(browser)


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_an_unknown_session_is_404(browser: Browser, number: int) -> None:
    sign_up(browser)
    assert send(browser, f"/profile/sessions/{number}/end/").status_code == 404


def test_a_session_of_another_account_cannot_be_ended(
    browser: Browser, other: Browser, session: Session
) -> None:
    sign_up(browser)
    others = session.scalars(select(Login.id)).one()
    sign_up(other, email="grace@example.org")
    assert send(other, f"/profile/sessions/{others}/end/").status_code == 404
    assert is_signed_in(browser)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("more", "message"),
    [(0, "0 other sessions have ended."), (1, "1 other session has"), (2, "2 other sessions have")],
)
def test_all_other_sessions_can_be_ended(
    browser: Browser, service: ServiceMiddleware, session: Session, more: int, message: str
) -> None:
    sign_up(browser)
    others = [Browser(service) for _ in range(more)]
    for another in others:
        sign_in(another)
    assert ("End all other sessions" in browser.get("/profile/").text) is (more > 0)
    send(browser, "/profile/sessions/end/")
    assert message in browser.get("/profile/").text
    assert [is_signed_in(another) for another in others] == [False] * more


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/profile/sessions/end/", {}),
        ("/profile/password/", {"password": PASSWORD, "new_password": "another horse battery"}),
        ("/profile/delete/", {"confirmation": PASSWORD}),
        ("/sign-out/", {}),
    ],
)
def test_the_sessions_of_another_account_go_on(
    browser: Browser, other: Browser, path: str, form: dict[str, str]
) -> None:
    sign_up(browser)
    sign_up(other, email="grace@example.org")
    assert send(other, path, **form).status_code == 303
    assert is_signed_in(browser)


@pytest.mark.sqlite
def test_the_number_of_sessions_is_limited(
    browser: Browser, other: Browser, session: Session
) -> None:
    sign_up(browser)
    current = session.scalars(select(Login)).one()
    now = datetime.now(UTC)
    for number in range(sessions.MAX_SESSIONS - 1):
        login = Login(
            account_id=current.account_id, digest=str(number), agent="", started=now, seen=now
        )
        login.expires = now + accounts.SESSION_LIFETIME
        session.add(login)
    session.commit()
    assert is_signed_in(browser)
    sign_in(other)
    assert session.scalar(select(func.count(Login.id))) == sessions.MAX_SESSIONS
    assert is_signed_in(other)
    assert not is_signed_in(browser)


def test_the_profile_lists_no_more_sessions_than_an_account_can_have(
    browser: Browser, session: Session
) -> None:
    sign_up(browser)
    current = session.scalars(select(Login)).one()
    now = datetime.now(UTC)
    for number in range(10_000):
        times = {"started": now, "seen": now, "expires": now + timedelta(seconds=60)}
        if number % 2:
            times["expires"] = now - timedelta(seconds=1)
        session.add(Login(account_id=current.account_id, digest=str(number), agent="", **times))
    session.commit()
    page = browser.get("/profile/").text
    assert page.count("/profile/sessions/") == sessions.MAX_SESSIONS + 1
    send(browser, "/profile/sessions/end/")
    page = browser.get("/profile/").text
    assert page.count("/profile/sessions/") == 1
    assert session.scalar(select(func.count(Login.id))) == 1


def test_an_expired_session_is_not_listed(browser: Browser, session: Session) -> None:
    sign_up(browser)
    current = session.scalars(select(Login)).one()
    now = datetime.now(UTC)
    times = {"started": now, "seen": now, "expires": now - timedelta(seconds=1)}
    session.add(Login(account_id=current.account_id, digest="old", agent="", **times))
    session.commit()
    assert browser.get("/profile/").text.count("/profile/sessions/") == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604",
            "Safari on iOS",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Safari",
            "Chrome on Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0 Safari", "Chrome on macOS"),
        ("curl/8.9", "curl"),
        ("", "An unknown browser"),
    ],
)
def test_a_user_agent_has_a_readable_name(agent: str, name: str) -> None:
    assert accounts.device_name(agent) == name
