"""Signing up, which does not reveal who has an account."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appkit.flask import passwords
from devkit.testing.flask import Browser, submit, token_in
from soft_ui import accounts
from soft_ui.models import Account
from tests.page import Page
from tests.visitors import ADA, HERE, PASSWORD, is_signed_in, sign_in, sign_up

type Statements = Callable[[], AbstractContextManager[list[str]]]


def test_signing_up_and_in(browser: Browser, session: Session) -> None:
    response = submit(browser, "/sign-up/", ADA | {"email": "  Ada@Example.ORG "})
    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in/")
    assert not is_signed_in(browser)
    assert 'role="status"' in browser.get("/sign-in/").text
    assert sign_in(browser).headers["Location"] == "/profile/"
    page = browser.get("/profile/")
    assert "Welcome" in page.text
    assert 'id="account-email">ada@example.org<' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    stored = session.scalars(select(Account)).one()
    assert stored.password.startswith("scrypt:")
    assert PASSWORD not in stored.password


@pytest.mark.parametrize(
    ("changes", "invalid"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "nul\0"}, ["name"]),
        ({"name": "\u200b\u200b"}, ["name"]),
        ({"name": "\u202eadA"}, ["name"]),
        ({"name": "\u3000\u3000"}, ["name"]),
        ({"email": "ada\u200b@example.org"}, ["email"]),
        ({"email": "\uff41da@example.org"}, ["email"]),
        ({"email": "\u202eada@example.org"}, ["email"]),
        ({"password": "1234567890"}, ["password"]),
        ({"password": "password123"}, ["password"]),
        ({"name": "Grace Lovelace", "password": "gracelovelace1"}, ["password"]),
        ({"email": "countess@byron.org", "password": "countess.byron"}, ["password"]),
        ({"email": "ada@"}, ["email"]),
        ({"email": "a" * 250 + "@x.org"}, ["email"]),
        ({"password": "too short"}, ["password"]),
        ({"password": "x" * 201}, ["password"]),
        ({"password": "aaaaaaabbbb"}, ["password"]),
        ({"password": "Ada@example.org"}, ["password"]),
        ({"name": "", "email": "", "password": ""}, ["name", "email", "password"]),
    ],
)
def test_an_invalid_sign_up_is_refused(
    browser: Browser, session: Session, changes: dict[str, str], invalid: list[str]
) -> None:
    response = submit(browser, "/sign-up/", ADA | changes)
    assert response.status_code == 422
    page = Page(response.text)
    assert page.invalid_fields() == invalid
    assert set(" ".join(page.values("aria-describedby")).split()) <= set(page.values("id"))
    # The form keeps its values, except the password.
    if "name" not in invalid:
        assert changes.get("name", "Ada Example") in page.values("value")
    assert not {PASSWORD, changes.get("password") or PASSWORD} & set(page.values("value"))
    assert session.scalar(select(func.count(Account.id))) == 0


@pytest.mark.sqlite
def test_signing_up_does_not_reveal_who_has_an_account(
    browser: Browser, other: Browser, session: Session
) -> None:
    def answer(visitor: Browser, email: str) -> tuple[int, str, str]:
        response = submit(visitor, "/sign-up/", ADA | {"email": email, "name": "Grace"})
        page = Page(visitor.get(response.headers["Location"]).text)
        shown = [element for element in page.elements if element[1].get("name") != "csrf_token"]
        return response.status_code, response.text, str(shown)

    submit(browser, "/sign-up/", ADA)
    (before,) = session.scalars(select(Account.password)).all()
    assert answer(browser, "ADA@example.org") == answer(other, "grace@example.org")
    accounts_by_email = select(Account.name).order_by(Account.email)
    assert session.scalars(accounts_by_email).all() == ["Ada Example", "Grace"]
    session.expire_all()
    stored = select(Account.password).where(Account.email == "ada@example.org")
    assert session.scalar(stored) == before


def test_a_taken_address_is_as_much_work_as_a_free_one(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch, statements: Statements
) -> None:
    hashed: list[str] = []
    hash_password = passwords.hash_password

    def note(password: str) -> str:
        hashed.append(password)
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash_password", note)
    with statements() as first:
        submit(browser, "/sign-up/", ADA)
    with statements() as second:
        submit(browser, "/sign-up/", ADA)
    assert first == second
    assert len(hashed) == 2


def test_a_sign_up_keeps_the_password_of_the_account(browser: Browser, other: Browser) -> None:
    sign_up(browser)
    submit(other, "/sign-up/", ADA | {"password": "another horse battery"})
    assert sign_in(other, password="another horse battery").status_code == 422
    assert sign_in(other).status_code == 303


def test_a_signed_in_visitor_does_not_sign_up(browser: Browser, session: Session) -> None:
    sign_up(browser)
    form = ADA | {"email": "grace@example.org"}
    token = token_in(browser.get("/profile/"))
    response = browser.post("/sign-up/", data=form | {"csrf_token": token})
    assert response.headers["Location"] == "/profile/"
    assert session.scalar(select(func.count(Account.id))) == 1


@pytest.mark.sqlite
def test_only_one_of_two_concurrent_sign_ups_succeeds(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    draft = accounts.read_form(ADA)
    assert accounts.create(session, draft, now)
    session.commit()
    # As if the second one had run its query before the first was stored.
    monkeypatch.setattr(session, "scalar", lambda _: None)
    assert accounts.create(session, draft, now) is None


def sign_up_from(browser: Browser, headers: dict[str, str], number: int) -> TestResponse:
    form = ADA | {"email": f"ada{number}@example.org"}
    token = token_in(browser.get("/sign-up/"))
    return browser.post("/sign-up/", data=form | {"csrf_token": token}, headers=headers)


def test_sign_ups_are_limited(browser: Browser) -> None:
    for number in range(4):
        assert sign_up_from(browser, HERE, number).status_code == 303
    response = sign_up_from(browser, HERE, 4)
    assert response.status_code == 429
    assert "60 minutes" in response.text
    assert 'value="Ada Example"' in response.text


@pytest.mark.parametrize("address", ["10.0.0.2", "172.17.0.1", "fd00::1", "::1"])
def test_sign_ups_from_an_address_that_many_share_are_not_limited(
    browser: Browser, address: str
) -> None:
    headers = {"X-Forwarded-For": address}
    assert {sign_up_from(browser, headers, number).status_code for number in range(9)} == {303}
