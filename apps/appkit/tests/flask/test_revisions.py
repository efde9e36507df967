"""Pages that are kept until their tables change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask, flash, request
from flask import session as cookie
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session
from werkzeug.test import Client

from appkit.env import Environment
from appkit.flask import revisions
from appkit.flask.csrf import csrf_field
from appkit.flask.database import Database, new_metadata, session
from appkit.flask.project import Project
from appkit.revisions import TABLE
from devkit.testing.flask import Browser, token_in

pytestmark = pytest.mark.sqlite

WATCHED = {"notes": None}


def build(app: Flask) -> None:
    """A board that shows the notes, and pages that change the visitor's session."""

    def notes() -> str:
        found = session().scalars(text("SELECT text FROM notes ORDER BY id")).all()
        return f"{request.script_root} {request.args.get('q')} {' '.join(found)}"

    app.add_url_rule("/board", "board", revisions.kept("board")(notes))
    app.add_url_rule("/form", "form", revisions.kept("board")(csrf_field))

    @app.get("/token")
    def own_token() -> str:
        return csrf_field()

    @app.get("/flash")
    def leave_message() -> str:
        flash("a message")
        return ""

    @app.before_request
    def write_without_commit() -> None:
        if "Uncommitted" in request.headers:
            session().execute(text("INSERT INTO notes VALUES (9, 'uncommitted')"))

    @app.get("/greeting")
    @revisions.kept("board")
    def greeting() -> str:
        return f"{cookie.get('_flashes')}"


def migrate(connection: Connection) -> None:
    new_metadata().create_all(connection)
    connection.execute(text("CREATE TABLE notes (id INTEGER, text VARCHAR(20))"))
    with Operations.context(MigrationContext.configure(connection)):
        revisions.watch("board", WATCHED)


@pytest.fixture
def replicas(sample: Project, values: dict[str, str]) -> Iterator[list[Database]]:
    opened: list[Database] = []
    yield opened
    for database in opened:
        database.close()


@pytest.fixture
def replica(
    sample: Project, values: dict[str, str], replicas: list[Database]
) -> Callable[..., Client]:
    """Starts a replica of the application, and returns a browser for it."""

    def start(**changes: str) -> Client:
        environment = Environment(values | changes)
        served = Project("sample", "sample", sample.folder, build).wsgi(environment)
        assert isinstance(served.database, Database)
        if not replicas:
            with served.database.engine.begin() as connection:
                migrate(connection)
        replicas.append(served.database)
        return Browser(served)

    return start


@pytest.fixture
def browser(replica: Callable[..., Client]) -> Client:
    return replica()


@pytest.fixture
def database(browser: Client, replicas: list[Database]) -> Database:
    return replicas[0]


@contextmanager
def executed(database: Database) -> Iterator[list[str]]:
    """The statements of sessions: all except the one that reads the token."""
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def write(database: Database, statement: str = "INSERT INTO notes VALUES (1, 'first')") -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def is_kept(database: Database, browser: Client, path: str = "/board") -> bool:
    """Whether a request of the page executes no query of its own."""
    with executed(database) as statements:
        assert browser.get(path).status_code == 200
    return not statements


def test_a_page_is_rendered_once(database: Database, browser: Client) -> None:
    first = browser.get("/board")
    assert is_kept(database, browser)
    again = browser.get("/board")
    assert (again.text, again.status_code) == (first.text, 200)
    assert again.content_type == first.content_type
    assert again.headers["Vary"] == "Cookie"
    head = browser.head("/board")
    assert (head.data, head.content_length) == (b"", len(first.data))


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("INSERT INTO notes VALUES (2, 'second')", "first second"),
        ("UPDATE notes SET text = 'changed'", "changed"),
        ("DELETE FROM notes", ""),
    ],
)
def test_each_write_is_shown_at_once_by_every_replica(
    database: Database,
    browser: Client,
    replica: Callable[..., Client],
    replicas: list[Database],
    statement: str,
    shown: str,
) -> None:
    write(database)
    other = replica()
    assert {client.get("/board").text for client in (browser, other)} == {" None first"}
    write(replicas[1], statement)
    for client in (browser, other):
        assert client.get("/board").text.strip() == f"None {shown}".strip()


@pytest.mark.postgres_only
def test_a_truncated_table_is_shown_at_once(database: Database, browser: Client) -> None:
    write(database)
    assert "first" in browser.get("/board").text
    write(database, "TRUNCATE notes")
    assert "first" not in browser.get("/board").text


def test_a_write_that_is_rolled_back_is_never_shown(database: Database, browser: Client) -> None:
    browser.get("/board")
    with Session(database.engine) as writer:
        writer.execute(text("INSERT INTO notes VALUES (1, 'never')"))
        writer.flush()
        writer.rollback()
    assert is_kept(database, browser)
    assert "never" not in browser.get("/board").text


def test_only_the_request_itself_sees_what_it_has_not_committed(browser: Client) -> None:
    for _ in range(2):
        own = browser.get("/board", headers={"Uncommitted": "yes"})
        assert "uncommitted" in own.text
        assert "uncommitted" not in browser.get("/board").text


def test_pages_differ_by_query_and_prefix(browser: Client) -> None:
    for _ in range(2):
        assert browser.get("/board?q=a").text.split() == ["a"]
        assert browser.get("/board?q=b").text.split() == ["b"]
        prefixed = browser.get("/board?q=a", headers={"X-Forwarded-Prefix": "/shop"})
        assert prefixed.text.split() == ["/shop", "a"]


def test_a_visitor_with_a_form_token_gets_kept_pages_and_an_own_token(
    database: Database, browser: Client
) -> None:
    browser.get("/board")
    visitors = [browser, Browser(browser.application)]
    assert len({token_in(visitor.get("/token")) for visitor in visitors}) == 2
    assert all(is_kept(database, visitor) for visitor in visitors)


def test_a_message_for_one_visitor_is_shown_to_no_other(browser: Client) -> None:
    visitor = Browser(browser.application)
    assert visitor.get("/greeting").text == "None"
    visitor.get("/flash")
    assert "a message" in visitor.get("/greeting").text
    assert browser.get("/greeting").text == "None"


@pytest.mark.parametrize("first", ["/token", "/board"])
def test_a_page_with_a_form_is_refused(browser: Client, first: str) -> None:
    browser.get(first)
    assert browser.get("/form").status_code == 500


def test_the_number_of_pages_is_bounded(
    database: Database, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "MAX_PAGES", 2)
    for query in "abc":
        browser.get(f"/board?q={query}")
    kept = [query for query in "abc" if is_kept(database, browser, f"/board?q={query}")]
    assert kept == []
    assert is_kept(database, browser, "/board?q=c")


def test_without_a_token_each_page_is_rendered(database: Database, browser: Client) -> None:
    write(database, f"DELETE FROM {TABLE}")  # noqa: S608
    browser.get("/board")
    assert not is_kept(database, browser)
    write(database)
    browser.get("/board")
    assert is_kept(database, browser)


def test_in_development_each_page_is_rendered(
    replica: Callable[..., Client], replicas: list[Database]
) -> None:
    browser = replica(ENVIRONMENT="development")
    browser.get("/board")
    assert not is_kept(replicas[0], browser)


def test_a_kept_page_needs_the_database(database: Database, browser: Client) -> None:
    browser.get("/board")
    database.breaker.trip()
    assert browser.get("/board").status_code == 503


def test_a_removed_revision_leaves_no_trigger(database: Database) -> None:
    with database.engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            revisions.unwatch("board", WATCHED)
        connection.execute(text(f"DROP TABLE {TABLE}"))
        connection.execute(text("INSERT INTO notes VALUES (1, 'first')"))
