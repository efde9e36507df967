import time
from collections.abc import Callable
from pathlib import Path
from typing import Never

import pytest
from flask import Flask, abort, make_response
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.test import Client

from appkit.flask.database import Database, database_of, session
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import token_in

type OpenBrowser = Callable[..., Client]


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/nowhere", 404, "not found"),
        ("/forbidden", 403, "Not for you."),
        ("/broken", 500, "internal error"),
    ],
)
def test_error_pages_use_the_template(
    open_browser: OpenBrowser, path: str, status: int, message: str
) -> None:
    answer = open_browser().get(path)
    assert answer.status_code == status
    assert f"<title>{status} sample</title>" in answer.text
    assert message in answer.text
    assert "a secret detail" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "text/html; charset=utf-8"


def test_405_lists_the_allowed_methods(open_browser: OpenBrowser) -> None:
    answer = open_browser().delete("/count")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_large_request_is_413(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    browser.get("/")
    assert browser.post("/", data={"text": "x" * 2_000_000}).status_code == 413


def test_an_explicit_response_is_not_replaced(open_browser: OpenBrowser) -> None:
    def build(app: Flask) -> None:
        @app.get("/")
        def own() -> Never:
            abort(make_response("mine", 409))

    answer = open_browser(build=build).get("/")
    assert (answer.status_code, answer.text) == (409, "mine")


# A test can make an SQLite file unavailable, but not a Postgres server.
@pytest.mark.only_on("sqlite")
def test_pages_recover_after_a_database_failure(open_browser: OpenBrowser, tmp_path: Path) -> None:
    browser = open_browser()
    file = tmp_path / "test.sqlite3"
    assert browser.get("/count").text == "0"
    file.rename(tmp_path / "away")
    file.mkdir()
    assert isinstance(browser.application, ServiceMiddleware)
    browser.application.database.close()
    for _ in range(2):
        answer = browser.get("/count")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "2"
        assert "<title>503 sample</title>" in answer.text
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/").status_code == 200
    file.rmdir()
    (tmp_path / "away").rename(file)
    assert browser.get("/readyz").status_code == 200
    time.sleep(1.1)
    assert browser.get("/count").text == "0"


def test_a_connection_lost_after_the_last_statement_keeps_the_response(
    open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object) -> Never:
        raise driver.OperationalError("terminating connection")

    browser = open_browser()
    assert isinstance(browser.application, ServiceMiddleware)
    database = browser.application.database
    assert isinstance(database, Database)
    dialect = database.engine.dialect
    driver = dialect.loaded_dbapi
    with monkeypatch.context() as lost:
        lost.setattr(dialect, "do_rollback", lose)
        lost.setattr(dialect, "is_disconnect", lambda *_: True)
        assert browser.get("/count").text == "0"
        # The circuit breaker is open, so the next request is refused at once.
        assert browser.get("/count").status_code == 503
    time.sleep(1.1)
    assert browser.get("/count").text == "0"


def test_an_exhausted_pool_is_503(open_browser: OpenBrowser) -> None:
    def build(app: Flask) -> None:
        @app.get("/")
        def busy() -> Never:
            raise PoolTimeout("none free")

    assert open_browser(build=build).get("/").status_code == 503


def test_uncommitted_changes_are_rolled_back(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    token = token_in(browser.get("/"))
    assert browser.post("/forgotten", data={"csrf_token": token}).text == "nothing"
    assert browser.get("/count").text == "0"


def test_a_request_has_one_session(app: Flask) -> None:
    with app.app_context():
        assert session() is session()
        assert session().get_bind() is database_of(app).engine
