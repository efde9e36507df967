from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Never

import pytest
from flask import Flask, abort, make_response
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.test import Client

from appkit.database import Breaker
from appkit.flask.database import Database, database_of, session
from appkit.wsgi import REFUSED, ServiceMiddleware
from devkit.testing.flask import token_in

type NewBrowser = Callable[..., Client]


@dataclass
class Clock:
    """Seconds that pass only when a test adds some."""

    now: float = 0


def stopped_clock(database: Database) -> Clock:
    """Gives the database a closed circuit breaker, and returns the clock of that breaker."""
    clock = Clock()
    database.breaker = Breaker(monotonic=lambda: clock.now)
    return clock


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/nowhere", 404, "not found"),
        ("/forbidden", 403, "Not for you."),
        ("/broken", 500, "internal error"),
    ],
)
def test_errors_get_the_error_page(
    new_browser: NewBrowser, path: str, status: int, message: str
) -> None:
    response = new_browser().get(path)
    assert response.status_code == status
    assert f"<title>{status} sample</title>" in response.text
    assert message in response.text
    assert "an internal detail" not in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content_type == "text/html; charset=utf-8"


def test_a_wrong_method_is_405_with_the_allowed_ones(new_browser: NewBrowser) -> None:
    response = new_browser().delete("/count")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("status", [408, 413, 414, 431])
def test_a_request_that_the_server_refused_gets_the_error_page(
    new_browser: NewBrowser, status: int
) -> None:
    refused = {REFUSED: HTTPStatus(status)}
    response = new_browser().post("/count", environ_overrides=refused)
    assert response.status_code == status
    assert f"<title>{status} sample</title>" in response.text


def test_a_request_that_is_too_large_is_413(new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.get("/")
    assert browser.post("/", data={"text": "x" * 2_000_000}).status_code == 413


def test_an_abort_with_a_response_is_not_replaced(new_browser: NewBrowser) -> None:
    def build(app: Flask) -> None:
        @app.get("/")
        def own() -> Never:
            abort(make_response("mine", 409))

    response = new_browser(build=build).get("/")
    assert (response.status_code, response.text) == (409, "mine")


# A test can take away the file of SQLite.
@pytest.mark.sqlite_only
def test_a_database_outage_is_503_until_it_ends(
    new_browser: NewBrowser, values: dict[str, str], tmp_path: Path
) -> None:
    browser = new_browser()
    file = Path(values["DATABASE_URL"].removeprefix("sqlite:///"))
    assert browser.get("/count").text == "0"
    file.rename(tmp_path / "away")
    file.mkdir()
    assert isinstance(browser.application, ServiceMiddleware)
    database = browser.application.database
    assert isinstance(database, Database)
    clock = stopped_clock(database)
    database.close()
    for _ in range(2):
        response = browser.get("/count")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "2"
        assert "<title>503 sample</title>" in response.text
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/").status_code == 200
    file.rmdir()
    (tmp_path / "away").rename(file)
    assert browser.get("/readyz").status_code == 200
    clock.now += 1
    assert browser.get("/count").text == "0"


def test_a_connection_lost_after_the_last_statement_does_not_affect_the_response(
    new_browser: NewBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object) -> Never:
        raise driver.OperationalError("terminating connection")

    browser = new_browser()
    assert isinstance(browser.application, ServiceMiddleware)
    database = browser.application.database
    assert isinstance(database, Database)
    clock = stopped_clock(database)
    dialect = database.engine.dialect
    driver = dialect.loaded_dbapi
    with monkeypatch.context() as lost:
        lost.setattr(dialect, "do_rollback", lose)
        lost.setattr(dialect, "is_disconnect", lambda *_: True)
        assert browser.get("/count").text == "0"
        # The breaker is open now.
        assert browser.get("/count").status_code == 503
    clock.now += 1
    assert browser.get("/count").text == "0"


def test_an_exhausted_pool_is_503(new_browser: NewBrowser) -> None:
    def build(app: Flask) -> None:
        @app.get("/")
        def busy() -> Never:
            raise PoolTimeout("none free")

    assert new_browser(build=build).get("/").status_code == 503


@pytest.mark.sqlite
def test_uncommitted_changes_are_rolled_back(new_browser: NewBrowser) -> None:
    browser = new_browser()
    token = token_in(browser.get("/"))
    assert browser.post("/forgotten", data={"csrf_token": token}).text == "nothing"
    assert browser.get("/count").text == "0"


def test_a_request_has_one_session(app: Flask) -> None:
    with app.app_context():
        assert session() is session()
        assert session().get_bind() is database_of(app).engine
