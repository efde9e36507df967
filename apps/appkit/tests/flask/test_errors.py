import time
from collections.abc import Callable
from pathlib import Path
from typing import Never

import pytest
from flask import Flask, abort, make_response
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.test import Client

from appkit.flask.database import Database, database_of, session
from appkit.flask.testing import token_in
from appkit.wsgi import ShopFloor

type Floor = Callable[..., Client]


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/nowhere", 404, "not found"),
        ("/forbidden", 403, "Not for you."),
        ("/broken", 500, "internal error"),
    ],
)
def test_errors_in_the_design(floor: Floor, path: str, status: int, message: str) -> None:
    answer = floor().get(path)
    assert answer.status_code == status
    assert f"<title>{status} sample</title>" in answer.text
    assert message in answer.text
    assert "a mistake of ours" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "text/html; charset=utf-8"


def test_a_wrong_method_names_the_right_ones(floor: Floor) -> None:
    answer = floor().delete("/count")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_request_that_is_too_large(floor: Floor) -> None:
    browser = floor()
    browser.get("/")
    assert browser.post("/", data={"text": "x" * 2_000_000}).status_code == 413


def test_an_answer_of_its_own_is_left_alone(floor: Floor) -> None:
    def build(app: Flask) -> None:
        @app.get("/")
        def own() -> Never:
            abort(make_response("mine", 409))

    answer = floor(build=build).get("/")
    assert (answer.status_code, answer.text) == (409, "mine")


# A file is what a test can take away.
@pytest.mark.only_on("sqlite")
def test_a_database_that_is_down_and_comes_back(floor: Floor, tmp_path: Path) -> None:
    browser = floor()
    file = tmp_path / "test.sqlite3"
    assert browser.get("/count").text == "0"
    file.rename(tmp_path / "away")
    file.mkdir()
    assert isinstance(browser.application, ShopFloor)
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


def test_a_connection_that_is_lost_after_the_last_statement(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object) -> Never:
        raise driver.OperationalError("terminating connection")

    browser = floor()
    assert isinstance(browser.application, ShopFloor)
    database = browser.application.database
    assert isinstance(database, Database)
    dialect = database.engine.dialect
    driver = dialect.loaded_dbapi
    with monkeypatch.context() as lost:
        lost.setattr(dialect, "do_rollback", lose)
        lost.setattr(dialect, "is_disconnect", lambda *_: True)
        assert browser.get("/count").text == "0"
        # The next one is spared what this one ran into.
        assert browser.get("/count").status_code == 503
    time.sleep(1.1)
    assert browser.get("/count").text == "0"


def test_no_free_connection_is_503_too(floor: Floor) -> None:
    def build(app: Flask) -> None:
        @app.get("/")
        def busy() -> Never:
            raise PoolTimeout("none free")

    assert floor(build=build).get("/").status_code == 503


def test_what_is_not_committed_is_gone(floor: Floor) -> None:
    browser = floor()
    token = token_in(browser.get("/"))
    assert browser.post("/forgotten", data={"csrf_token": token}).text == "nothing"
    assert browser.get("/count").text == "0"


def test_a_request_has_one_session(app: Flask) -> None:
    with app.app_context():
        assert session() is session()
        assert session().get_bind() is database_of(app).engine
