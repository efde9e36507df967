"""The public pages are kept between requests, and show every change at once, whoever makes it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser, submit
from soft_ui import catalogue
from soft_ui.models import Account
from tests.visitors import send, sign_up

pytestmark = pytest.mark.sqlite

PATHS = ("/", "/components/", "/components/?q=tabs", "/components/tabs/")

MESSAGE = {
    "name": "Ada",
    "email": "ada@example.org",
    "topic": "idea",
    "message": "A longer message.",
}

type Statements = Callable[[], AbstractContextManager[list[str]]]


def count_of_messages(page: TestResponse) -> str:
    return page.text.split('id="message-count">')[1].split("<")[0]


@pytest.mark.parametrize("path", PATHS)
def test_an_unchanged_page_takes_no_query_but_that_of_its_revision(
    browser: Browser, other: Browser, statements: Statements, path: str
) -> None:
    first = browser.get(path)
    with statements() as executed:
        again = browser.get(path)
    assert executed == []
    assert again.data == first.data == other.get(path).data
    assert again.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in again.headers


INSERTED = (
    "INSERT INTO messages (reference, name, email, topic, text, received, replica) "
    "VALUES ('r', 'n', 'e', 'idea', 't', '2026-01-02 00:00:00', 'x')"
)

WRITES = {
    "name": (
        "UPDATE components SET name = 'Other tabs' WHERE slug = 'tabs'",
        PATHS,
        "Other tabs",
    ),
    "section": ("UPDATE components SET section = 'Moved'", PATHS[:2], "Moved"),
    "message": (
        INSERTED,
        PATHS[:1],
        "2 January 2026",
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_statement_of_another_program_is_shown_at_once(
    browser: Browser, other: Browser, session: Session, write: str
) -> None:
    statement, paths, shown = WRITES[write]
    for path in paths:
        assert shown not in browser.get(path).text
    session.execute(text(statement))
    session.commit()
    for path in paths:
        assert shown in browser.get(path).text
        assert shown in other.get(path).text


def test_a_removed_component_is_shown_nowhere(browser: Browser, session: Session) -> None:
    browser.get("/")
    assert browser.get("/components/tabs/").status_code == 200
    session.execute(text("DELETE FROM components WHERE slug = 'tabs'"))
    session.commit()
    assert 'id="component-count">17<' in browser.get("/").text
    assert browser.get("/components/tabs/").status_code == 404


def test_each_replica_counts_the_messages_of_all(browser: Browser, other: Browser) -> None:
    for number, writer in enumerate((browser, other, other, browser)):
        for reader in (browser, other):
            assert count_of_messages(Browser(reader.application).get("/")) == str(number)
        assert submit(writer, "/contact/", MESSAGE).status_code == 303


def test_a_change_that_is_rolled_back_is_never_shown(browser: Browser, session: Session) -> None:
    before = browser.get("/").data
    session.execute(text("UPDATE components SET name = 'Never'"))
    session.rollback()
    assert browser.get("/").data == before


def test_the_number_of_favourites_is_never_out_of_date(
    browser: Browser, service: ServiceMiddleware, session: Session
) -> None:
    visitor = Browser(service)
    assert "favourite-count" not in visitor.get("/components/tabs/").text
    sign_up(browser)
    send(browser, "/components/tabs/favourite/", favourite="yes")
    assert 'id="favourite-count">A favourite of 1 visitor<' in visitor.get("/components/tabs/").text
    session.query(Account).delete()
    session.commit()
    assert "favourite-count" not in visitor.get("/components/tabs/").text


@pytest.mark.parametrize("path", PATHS)
def test_nobody_gets_a_page_of_somebody_signed_in(
    browser: Browser, service: ServiceMiddleware, path: str
) -> None:
    sign_up(browser)
    for _ in range(2):
        own, public = browser.get(path), Browser(service).get(path)
        assert "Sign out" in own.text
        assert own.headers["Cache-Control"] == "private, no-store"
        assert "Sign out" not in public.text
        assert "csrf_token" not in public.text


def test_a_message_is_shown_once_and_to_its_visitor_alone(
    browser: Browser, service: ServiceMiddleware
) -> None:
    sign_up(browser)
    browser.get("/")
    send(browser, "/sign-out/")
    visitor = Browser(service)
    shown = [client.get("/").text.count("You are signed out") for client in (browser, visitor) * 2]
    assert shown == [1, 0, 0, 0]


def test_a_new_release_that_changes_nothing_keeps_the_revision(
    browser: Browser, session: Session, statements: Statements
) -> None:
    browser.get("/")
    catalogue.load(session)
    session.commit()
    with statements() as executed:
        browser.get("/")
    assert executed == []
