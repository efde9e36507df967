import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event, select, update
from werkzeug.test import Client

from appkit.flask import sessions
from appkit.flask.database import database_of
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import token_in

from .logins import Login, Model, build, database, rows, send

type NewBrowser = Callable[..., Client]
type BrowserAtReplica = Callable[[], Client]


@pytest.fixture
def browser_at_replica(new_browser: NewBrowser) -> BrowserAtReplica:
    """Creates browsers, each at its own replica; the replicas share one database."""
    browsers: list[Client] = []

    def another() -> Client:
        browsers.append(new_browser(migrate=False, build=build))
        if len(browsers) == 1:
            Model.metadata.create_all(database(browsers[0]).engine)
        return browsers[-1]

    return another


def test_a_login_lasts_for_further_requests(browser_at_replica: BrowserAtReplica) -> None:
    browser = browser_at_replica()
    assert browser.get("/who").text == "nobody"
    send(browser, "/in/ada")
    for _ in range(2):
        assert browser.get("/who").text == "ada"


def test_a_session_is_valid_at_every_replica_and_only_in_its_browser(
    browser_at_replica: BrowserAtReplica,
) -> None:
    browser, other = browser_at_replica(), browser_at_replica()
    send(browser, "/in/ada")
    assert other.get("/who").text == "nobody"
    held = browser.get_cookie("sample-session")
    assert held is not None
    other.set_cookie("sample-session", held.value)
    assert other.get("/who").text == "ada"


def test_signing_out_ends_no_other_session(browser_at_replica: BrowserAtReplica) -> None:
    browser, elsewhere, somebody = (browser_at_replica() for _ in range(3))
    for one, name in ((browser, "ada"), (elsewhere, "ada"), (somebody, "grace")):
        send(one, f"/in/{name}")
    send(browser, "/out")
    assert [one.get("/who").text for one in (browser, elsewhere, somebody)] == [
        "nobody",
        "ada",
        "grace",
    ]


def test_signing_out_also_ends_the_session_for_a_copied_cookie(
    browser_at_replica: BrowserAtReplica,
) -> None:
    browser, copy = browser_at_replica(), browser_at_replica()
    send(browser, "/in/ada")
    held = browser.get_cookie("sample-session")
    assert held is not None
    send(browser, "/out")
    assert browser.get("/who").text == "nobody"
    copy.set_cookie("sample-session", held.value)
    assert copy.get("/who").text == "nobody"


def test_deleting_the_row_ends_the_session(browser_at_replica: BrowserAtReplica) -> None:
    browser = browser_at_replica()
    send(browser, "/in/ada")
    with database(browser).session() as opened:
        opened.delete(opened.scalars(select(Login)).one())
        opened.commit()
    response = browser.get("/who")
    assert response.text == "nobody"
    # The token is removed from the cookie, so the next request needs no query.
    assert "Set-Cookie" in response.headers


def test_a_session_expires_and_is_deleted_later(browser_at_replica: BrowserAtReplica) -> None:
    browser, other = browser_at_replica(), browser_at_replica()
    send(browser, "/in/expired")
    assert browser.get("/who").text == "nobody"
    assert browser.get("/count").text == "1"
    send(other, "/in/ada")
    assert [row.name for row in rows(browser)] == ["ada"]


def test_signing_in_again_ends_the_previous_session(browser_at_replica: BrowserAtReplica) -> None:
    browser = browser_at_replica()
    send(browser, "/in/ada")
    send(browser, "/in/grace")
    assert browser.get("/who").text == "grace"
    assert [row.name for row in rows(browser)] == ["grace"]


def test_a_renewed_session_is_not_valid_for_a_copied_cookie(
    browser_at_replica: BrowserAtReplica,
) -> None:
    browser, copy = browser_at_replica(), browser_at_replica()
    send(browser, "/in/ada")
    held = browser.get_cookie("sample-session")
    assert held is not None
    (before,) = rows(browser)
    send(browser, "/renew")
    copy.set_cookie("sample-session", held.value)
    assert copy.get("/who").text == "nobody"
    assert browser.get("/who").text == "ada"
    (after,) = rows(browser)
    assert (after.id, after.started, after.expires) == (before.id, before.started, before.expires)


@pytest.mark.parametrize(("name", "persistent"), [("ada", False), ("remembered", True)])
def test_a_renewed_session_is_remembered_as_before(
    browser_at_replica: BrowserAtReplica, name: str, persistent: bool
) -> None:
    browser = browser_at_replica()
    send(browser, f"/in/{name}")
    assert ("Expires=" in send(browser, "/renew")) is persistent


@pytest.mark.sqlite
def test_the_sessions_of_one_user_are_limited(browser_at_replica: BrowserAtReplica) -> None:
    browser = browser_at_replica()
    now = datetime.now(UTC)
    with database(browser).session() as opened:
        for number in range(10_000):
            seen = now - timedelta(seconds=number)
            times = {"started": now, "seen": seen, "expires": now + timedelta(hours=1)}
            opened.add(Login(name="ada", digest=str(number), agent="", **times))
        times = {"started": now, "seen": now, "expires": now + timedelta(hours=1)}
        opened.add(Login(name="grace", digest="grace", agent="", **times))
        opened.commit()
    send(browser, "/in/ada")
    kept = {row.digest for row in rows(browser) if row.name == "ada"}
    assert len(kept) == sessions.MAX_SESSIONS == 20
    assert {str(number) for number in range(sessions.MAX_SESSIONS - 1)} < kept
    assert [row.digest for row in rows(browser) if row.name == "grace"] == ["grace"]
    assert browser.get("/who").text == "ada"


@pytest.mark.parametrize("path", ["/in/ada", "/out"])
def test_signing_in_or_out_empties_the_cookie(
    browser_at_replica: BrowserAtReplica, path: str
) -> None:
    browser = browser_at_replica()
    token = token_in(browser.get("/form"))
    assert browser.get("/planted").text == "before"
    assert browser.post(path, data={"csrf_token": token}).status_code == 200
    assert browser.get("/planted").text == "None"
    assert browser.post("/out", data={"csrf_token": token}).status_code == 403


def test_a_login_needs_the_commit(browser_at_replica: BrowserAtReplica) -> None:
    browser = browser_at_replica()
    send(browser, "/in/refused")
    assert browser.get("/who").text == "nobody"
    assert rows(browser) == []


@pytest.mark.parametrize(("name", "persistent"), [("ada", False), ("remembered", True)])
def test_a_remembered_login_has_a_persistent_cookie(
    browser_at_replica: BrowserAtReplica, name: str, persistent: bool
) -> None:
    assert ("Expires=" in send(browser_at_replica(), f"/in/{name}")) is persistent


def test_the_stored_digest_cannot_be_used_to_sign_in(browser_at_replica: BrowserAtReplica) -> None:
    browser, copy = browser_at_replica(), browser_at_replica()
    send(browser, "/in/ada")
    (row,) = rows(browser)
    held = browser.get_cookie("sample-session")
    assert held is not None
    assert row.digest not in held.value
    assert isinstance(copy.application, ServiceMiddleware)
    for value in (row.digest, held.value[:-3], held.value.partition(".")[0], "", "x" * 3000):
        copy.set_cookie("sample-session", value)
        assert copy.get("/who").text == "nobody"


@pytest.mark.parametrize("path", ["/in/ada", "/renew"])
def test_the_table_has_a_digest_of_the_token(
    browser_at_replica: BrowserAtReplica, app: Flask, path: str
) -> None:
    browser = browser_at_replica()
    send(browser, "/in/ada")
    send(browser, path)
    held = browser.get_cookie("sample-session")
    assert held is not None
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    token = serializer.loads(held.value)["login"]
    assert len(token) >= 32
    assert rows(browser)[0].digest == hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize(
    ("agent", "stored"),
    [("Browser/1.0", "Browser/1.0"), ("a\x00b\tc\x7f", "abc"), ("x" * 999, "x" * 200), ("", "")],
)
def test_the_user_agent_is_stored(
    browser_at_replica: BrowserAtReplica, agent: str, stored: str
) -> None:
    browser = browser_at_replica()
    send(browser, "/in/ada", agent)
    (row,) = rows(browser)
    assert row.agent == stored
    assert row.started == row.seen
    assert row.expires - row.started == timedelta(hours=1)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The kinds of SQL statements that are executed during the test."""
    executed: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        executed.append(statement.split(maxsplit=1)[0])

    engine_class = type(database_of(app).engine)
    event.listen(engine_class, "before_cursor_execute", note)
    yield executed
    event.remove(engine_class, "before_cursor_execute", note)


def test_most_requests_do_not_write_to_the_session(
    browser_at_replica: BrowserAtReplica, statements: list[str]
) -> None:
    browser = browser_at_replica()
    send(browser, "/in/ada")
    statements.clear()
    browser.get("/who")
    assert statements == ["SELECT"]
    long_ago = datetime.now(UTC) - sessions.SEEN_INTERVAL
    with database(browser).session() as opened:
        opened.execute(update(Login).values(seen=long_ago))
        opened.commit()
    statements.clear()
    assert browser.get("/who").text == "ada"
    assert statements == ["SELECT", "UPDATE", "SELECT"]
    assert rows(browser)[0].seen > long_ago


def test_a_visitor_without_a_session_needs_no_query(
    browser_at_replica: BrowserAtReplica, statements: list[str]
) -> None:
    browser = browser_at_replica()
    statements.clear()
    browser.get("/form")
    assert browser.get("/who").text == "nobody"
    assert statements == []
