import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appkit.flask import passwords, sessions
from appkit.flask.database import Database
from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser, token_in
from soft_ui import accounts, fields
from soft_ui.models import Account, Login
from tests.page import Page, assert_sound
from tests.visitors import ADA, PASSWORD, is_signed_in, send, sign_in, sign_up

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


def test_the_name_can_be_changed(browser: Browser) -> None:
    sign_up(browser)
    response = send(browser, "/profile/name/", name=" x ")
    assert (response.status_code, Page(response.text).invalid_fields()) == (422, ["name"])
    assert 'value="x"' in response.text
    for hidden in ("\u200b\u200b", "\u202eadA", "\u3164\u3164", "\u0301\u0301"):
        assert send(browser, "/profile/name/", name=hidden).status_code == 422
    assert send(browser, "/profile/name/", name="Ada <b>").status_code == 303
    assert 'id="account-name">Ada &lt;b&gt;<' in browser.get("/profile/").text


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

    def change(number: int) -> int:
        together.wait()
        form = {"password": PASSWORD, "new_password": f"horse battery {number} staple"}
        data = form | {"csrf_token": tokens[number]}
        return browsers[number].post("/profile/password/", data=data).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        statuses = list(pool.map(change, range(len(browsers))))
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 409, 422}
    winner = statuses.index(303)
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
    sign_up(browser)
    sign_in(other)
    response = send(browser, "/profile/delete/", confirmation="wrong")
    assert (response.status_code, Page(response.text).invalid_fields()) == (422, ["confirmation"])
    assert send(browser, "/profile/delete/", confirmation=PASSWORD).headers["Location"] == "/"
    assert 'role="status"' in browser.get("/").text
    assert not is_signed_in(browser)
    assert not is_signed_in(other)
    assert session.scalar(select(func.count(Account.id))) == 0
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


def test_the_profile_contains_no_hash(browser: Browser, session: Session) -> None:
    sign_up(browser)
    stored = session.scalars(select(Account.password)).one()
    digest = session.scalars(select(Login.digest)).one()
    page = browser.get("/profile/").text
    assert not re.search(f"{re.escape(stored)}|{digest}", page)
