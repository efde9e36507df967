import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from appkit.env import Environment
from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser, submit, token_in
from soft_ui import accounts, fields
from soft_ui.models import Account, Login
from soft_ui.project import project
from tests.page import Page, check
from tests.visitors import ADA, PASSWORD, enter, is_signed_in, join, send

MOST = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts

type Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def other(values: dict[str, str]) -> Iterator[Browser]:
    """A browser at another replica."""
    replica = project.wsgi(Environment(values))
    yield Browser(replica)
    replica.database.close()


def held(browser: Browser) -> str:
    cookie = browser.get_cookie("flask-soft-ui-session")
    assert cookie is not None
    return cookie.value


def test_who_signs_up_is_signed_in(browser: Browser, session: Session) -> None:
    answer = join(browser, email="  Ada@Example.ORG ")
    assert answer.headers["Location"] == "/profile/"
    page = browser.get("/profile/")
    assert "Welcome, Ada Example." in page.text
    assert 'id="account-email">ada@example.org<' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    stored = session.scalars(select(Account)).one()
    assert stored.password.startswith("scrypt:")
    assert PASSWORD not in stored.password


@pytest.mark.parametrize("prefix", ["", "/flask-soft-ui"])
def test_the_profile_is_sound(browser: Browser, prefix: str) -> None:
    join(browser)
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    check(browser.get("/profile/", headers=headers), browser, prefix)
    check(browser.get("/components/tabs/", headers=headers), browser, prefix)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "nul\0"}, ["name"]),
        ({"email": "ada@"}, ["email"]),
        ({"email": "a" * 250 + "@x.org"}, ["email"]),
        ({"password": "too short"}, ["password"]),
        ({"password": "x" * 201}, ["password"]),
        ({"password": "aaaaaaabbbb"}, ["password"]),
        ({"password": "Ada@example.org"}, ["password"]),
        ({"name": "", "email": "", "password": ""}, ["name", "email", "password"]),
    ],
)
def test_what_is_no_account(
    browser: Browser, session: Session, changes: dict[str, str], wrong: list[str]
) -> None:
    answer = submit(browser, "/sign-up/", ADA | changes)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.wrong() == wrong
    assert set(" ".join(page.values("aria-describedby")).split()) <= set(page.values("id"))
    # What was typed is kept, but for the password.
    if "name" not in wrong:
        assert "Ada Example" in page.values("value")
    assert not {PASSWORD, changes.get("password") or PASSWORD} & set(page.values("value"))
    assert session.scalar(select(func.count(Account.id))) == 0


def test_an_address_has_one_account(browser: Browser, other: Browser, session: Session) -> None:
    join(browser)
    answer = submit(other, "/sign-up/", ADA | {"email": "ADA@example.org", "name": "Grace"})
    assert answer.status_code == 422
    assert "There is an account with this address already." in answer.text
    assert session.scalars(select(Account.name)).all() == ["Ada Example"]


def test_of_two_at_once_one_gets_the_address(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    draft = accounts.clean(ADA)
    assert accounts.create(session, draft, now)
    session.commit()
    # As if the other one had looked before the first was stored.
    monkeypatch.setattr(session, "scalar", lambda _: None)
    assert accounts.create(session, draft, now) is None


def test_sign_ups_are_limited(browser: Browser) -> None:
    for number in range(4):
        join(browser, email=f"ada{number}@example.org")
        send(browser, "/sign-out/")
    answer = submit(browser, "/sign-up/", ADA)
    assert answer.status_code == 429
    assert "Try again in 60 minutes." in answer.text
    assert 'value="Ada Example"' in answer.text


def test_signing_in_and_out(browser: Browser, other: Browser) -> None:
    join(browser)
    assert enter(other).headers["Location"] == "/profile/"
    assert "Welcome back, Ada Example." in other.get("/profile/").text
    copied = held(other)
    assert send(other, "/sign-out/").headers["Location"] == "/"
    assert "You are signed out." in other.get("/").text
    assert not is_signed_in(other)
    other.set_cookie("flask-soft-ui-session", copied)
    assert not is_signed_in(other)
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("remember", "lasts", "kept"),
    [({}, accounts.LASTS, False), ({"remember": "on"}, accounts.LASTS_REMEMBERED, True)],
)
def test_how_long_a_session_lasts(
    browser: Browser,
    other: Browser,
    session: Session,
    remember: dict[str, str],
    lasts: timedelta,
    kept: bool,
) -> None:
    join(browser)
    answer = enter(other, **remember)
    assert ("Expires=" in answer.headers["Set-Cookie"]) is kept
    newest = session.scalars(select(Login).order_by(Login.id.desc())).first()
    assert newest is not None
    assert newest.expires - newest.started == lasts


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
def test_who_does_not_get_in(browser: Browser, other: Browser, changes: dict[str, str]) -> None:
    join(browser)
    answer = enter(other, **changes)
    assert answer.status_code == 422
    assert "The address or the password is wrong." in answer.text
    assert not is_signed_in(other)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"email": ""}, ["email"]),
        ({"password": ""}, ["password"]),
        ({"email": " ", "password": ""}, ["email", "password"]),
    ],
)
def test_what_is_missing_is_said(
    browser: Browser, changes: dict[str, str], wrong: list[str]
) -> None:
    answer = enter(browser, **changes)
    assert (answer.status_code, Page(answer.text).wrong()) == (422, wrong)


def test_guessing_is_limited_at_every_replica_alike(browser: Browser, other: Browser) -> None:
    join(browser)
    send(browser, "/sign-out/")
    statuses = [
        enter(one, password=f"wrong {number} battery").status_code
        for number, one in zip(range(MOST + 1), cycle([browser, other]), strict=False)
    ]
    assert statuses == [422] * MOST + [429]
    answer = enter(other)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "Try again in 15 minutes." in answer.text
    assert 'value="ada@example.org"' in answer.text
    assert not is_signed_in(other)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/components/tabs/", "/components/tabs/"),
        ("/", "/"),
        ("", "/profile/"),
        ("https://evil.example/", "/profile/"),
        ("//evil.example/", "/profile/"),
        ("/\\evil.example/", "/profile/"),
        ("/components/tabs/\n", "/profile/"),
        ("javascript:alert(1)", "/profile/"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/flask-soft-ui"])
def test_where_signing_in_leads(
    browser: Browser, other: Browser, asked: str, given: str, prefix: str
) -> None:
    join(browser)
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    page = other.get("/sign-in/", query_string={"next": asked})
    assert f'name="next" value="{given}"' in page.text
    data = {**ADA, "csrf_token": token_in(page), "next": asked}
    answer = other.post("/sign-in/", data=data, headers=headers)
    assert answer.headers["Location"] == prefix + given


@pytest.mark.parametrize("prefix", ["", "/flask-soft-ui"])
def test_the_profile_asks_to_sign_in(browser: Browser, prefix: str) -> None:
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    answer = browser.get("/profile/", headers=headers)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{prefix}/sign-in/?next=/profile/"
    assert "Sign in to see your profile." in browser.get("/sign-in/").text


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/"])
def test_who_is_signed_in_needs_no_door(browser: Browser, path: str) -> None:
    join(browser)
    assert browser.get(path).headers["Location"] == "/profile/"


def test_sessions_are_listed_and_ended(browser: Browser, other: Browser, session: Session) -> None:
    join(browser)
    enter(other)
    page = browser.get("/profile/").text
    assert page.count(">This one</span>") == 1
    theirs = session.scalars(select(Login.id).order_by(Login.id.desc())).first()
    assert f'action="/profile/sessions/{theirs}/end/"' in page
    assert send(browser, f"/profile/sessions/{theirs}/end/").status_code == 303
    assert "The session has ended." in browser.get("/profile/").text
    assert not is_signed_in(other)
    assert is_signed_in(browser)


def test_ending_this_session_signs_out(browser: Browser, session: Session) -> None:
    join(browser)
    mine = session.scalars(select(Login.id)).one()
    assert send(browser, f"/profile/sessions/{mine}/end/").headers["Location"] == "/"
    assert not is_signed_in(browser)


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_no_such_session(browser: Browser, number: int) -> None:
    join(browser)
    assert send(browser, f"/profile/sessions/{number}/end/").status_code == 404


def test_nobody_ends_a_session_of_somebody_else(
    browser: Browser, other: Browser, session: Session
) -> None:
    join(browser)
    theirs = session.scalars(select(Login.id)).one()
    join(other, email="grace@example.org")
    assert send(other, f"/profile/sessions/{theirs}/end/").status_code == 404
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("more", "said"),
    [(0, "0 other sessions have ended."), (1, "1 other session has"), (2, "2 other sessions have")],
)
def test_all_others_are_ended(
    browser: Browser, service: ServiceMiddleware, session: Session, more: int, said: str
) -> None:
    join(browser)
    others = [Browser(service) for _ in range(more)]
    for another in others:
        enter(another)
    assert ("End all other sessions" in browser.get("/profile/").text) is (more > 0)
    send(browser, "/profile/sessions/end/")
    assert said in browser.get("/profile/").text
    assert [is_signed_in(another) for another in others] == [False] * more


def test_an_account_has_so_many_sessions_at_most(
    browser: Browser, other: Browser, session: Session
) -> None:
    join(browser)
    mine = session.scalars(select(Login)).one()
    now = datetime.now(UTC)
    for number in range(accounts.MOST_LOGINS - 1):
        login = Login(
            account_id=mine.account_id, digest=str(number), agent="", started=now, seen=now
        )
        login.expires = now + accounts.LASTS
        session.add(login)
    session.commit()
    assert is_signed_in(browser)
    enter(other)
    assert session.scalar(select(func.count(Login.id))) == accounts.MOST_LOGINS
    assert is_signed_in(other)
    assert not is_signed_in(browser)


def test_a_name_is_changed(browser: Browser) -> None:
    join(browser)
    answer = send(browser, "/profile/name/", name=" x ")
    assert (answer.status_code, Page(answer.text).wrong()) == (422, ["name"])
    assert 'value="x"' in answer.text
    assert send(browser, "/profile/name/", name="Ada <b>").status_code == 303
    assert 'id="account-name">Ada &lt;b&gt;<' in browser.get("/profile/").text


def test_a_password_is_changed(browser: Browser, other: Browser) -> None:
    join(browser)
    enter(other)
    fresh = "another horse battery"
    assert send(browser, "/profile/password/", password=PASSWORD, fresh=fresh).status_code == 303
    assert is_signed_in(browser)
    assert not is_signed_in(other)
    assert enter(other).status_code == 422
    assert enter(other, password=fresh).status_code == 303


@pytest.mark.parametrize(
    ("now", "fresh", "wrong"),
    [
        ("wrong", "another horse battery", ["password"]),
        (PASSWORD, "short", ["fresh"]),
        ("", "", ["password", "fresh"]),
    ],
)
def test_a_password_that_is_not_changed(
    browser: Browser, now: str, fresh: str, wrong: list[str]
) -> None:
    join(browser)
    answer = send(browser, "/profile/password/", password=now, fresh=fresh)
    assert (answer.status_code, Page(answer.text).wrong()) == (422, wrong)
    send(browser, "/sign-out/")
    assert enter(browser).status_code == 303


@pytest.mark.parametrize(
    ("path", "field"), [("/profile/password/", "password"), ("/profile/delete/", "farewell")]
)
def test_who_found_an_open_browser_cannot_guess_the_password(
    browser: Browser, path: str, field: str
) -> None:
    join(browser)
    for _ in range(MOST):
        assert send(browser, path, **{field: "wrong"}).status_code == 422
    assert send(browser, path, **{field: PASSWORD}).status_code == 429
    assert is_signed_in(browser)


def test_an_account_is_deleted(browser: Browser, other: Browser, session: Session) -> None:
    join(browser)
    enter(other)
    answer = send(browser, "/profile/delete/", farewell="wrong")
    assert (answer.status_code, Page(answer.text).wrong()) == (422, ["farewell"])
    assert send(browser, "/profile/delete/", farewell=PASSWORD).headers["Location"] == "/"
    assert "Your account and all its sessions are gone." in browser.get("/").text
    assert not is_signed_in(browser)
    assert not is_signed_in(other)
    assert session.scalar(select(func.count(Account.id))) == 0
    assert session.scalar(select(func.count(Login.id))) == 0
    join(browser)


def test_what_changes_meanwhile_is_said(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account is deleted at another replica between our look and our change."""
    join(browser)
    check_name = fields.check_name

    def delete_first(name: str) -> str | None:
        session.execute(delete(Account))
        session.commit()
        return check_name(name)

    token = token_in(browser.get("/profile/"))
    monkeypatch.setattr(fields, "check_name", delete_first)
    answer = browser.post("/profile/name/", data={"csrf_token": token, "name": "Grace"})
    assert answer.status_code == 409
    assert "This account has changed meanwhile." in answer.text


def test_a_cookie_of_another_application_is_nobody(
    browser: Browser, service: ServiceMiddleware
) -> None:
    join(browser)
    value = held(browser)
    for forged in (value[:-4], value[4:], value.replace(".", ""), "x", value + "x"):
        another = Browser(service)
        another.set_cookie("flask-soft-ui-session", forged)
        assert not is_signed_in(another)


def test_forms_are_filled_in_for_those_we_know(browser: Browser) -> None:
    join(browser)
    page = browser.get("/contact/").text
    assert 'value="Ada Example"' in page
    assert 'value="ada@example.org"' in page


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/sign-out/", "/profile/delete/", "/profile/sessions/end/"])
def test_no_link_and_no_forged_form_does_anything(browser: Browser, path: str, method: str) -> None:
    join(browser)
    assert browser.open(path, method=method).status_code in (403, 405)
    assert is_signed_in(browser)


def test_the_profile_asks_little_of_the_database(browser: Browser, statements: Statements) -> None:
    join(browser)
    browser.get("/profile/")
    with statements() as seen:
        browser.get("/profile/")
    assert len(seen) <= 4


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
def test_a_browser_has_a_name(agent: str, name: str) -> None:
    assert accounts.device(agent) == name


def test_no_page_names_a_hash(browser: Browser, session: Session) -> None:
    join(browser)
    stored = session.scalars(select(Account.password)).one()
    digest = session.scalars(select(Login.digest)).one()
    page = browser.get("/profile/").text
    assert not re.search(f"{re.escape(stored)}|{digest}", page)
