"""Fixtures: a small application with one table of notes and routes for all kinds of responses."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Never

import pytest
from flask import Flask, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from werkzeug.test import Client

from appkit.env import Environment
from appkit.flask.csrf import csrf_exempt, csrf_field
from appkit.flask.database import Database, database_of, session
from appkit.flask.project import Project
from devkit.testing.databases import fresh_database
from devkit.testing.flask import SECRET, Browser, empty

ERROR_PAGE = "<title>{{ status.value }} {{ app_name }}</title>{{ message }}"

TEMPLATE = """import sqlalchemy as sa
from alembic import op
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
def upgrade():
    ${upgrades}
"""

ENV = """
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table
from appkit.flask.columns import UtcDateTime
from appkit.flask.migrations import run
metadata = MetaData()
Table("notes", metadata, Column("id", Integer, primary_key=True), Column("text", String(20)),
      Column("written", UtcDateTime))
run(metadata)
"""

MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = {revision!r}, {before!r}
def upgrade():
    {change}
def downgrade():
    raise NotImplementedError
"""

FIRST = MIGRATION.format(
    revision="0001",
    before=None,
    change='op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))',
)
SECOND = MIGRATION.format(
    revision="0002",
    before="0001",
    change='op.add_column("notes", sa.Column("text", sa.String(20)))',
)


def build(app: Flask) -> None:
    notes(app)
    special_responses(app)


def notes(app: Flask) -> None:
    @app.get("/")
    def form() -> str:
        return f"<form>{csrf_field()}</form>"

    @app.post("/")
    def save() -> str:
        session().execute(text("INSERT INTO notes (text) VALUES ('saved')"))
        session().commit()
        return "saved"

    @app.get("/count")
    def count() -> str:
        return str(session().execute(text("SELECT count(*) FROM notes")).scalar_one())

    @app.post("/forgotten")
    def forgotten() -> str:
        session().execute(text("INSERT INTO notes (text) VALUES ('never committed')"))
        return "nothing"


def special_responses(app: Flask) -> None:
    @app.post("/hook")
    @csrf_exempt
    def hook() -> str:
        return "taken"

    @app.get("/folder/")
    def folder() -> str:
        return "folder"

    @app.get("/go")
    def go() -> ResponseReturnValue:
        return redirect(url_for("folder"))

    @app.get("/away")
    def away() -> ResponseReturnValue:
        return redirect("https://pay.example.org/x")

    @app.get("/forbidden")
    def forbidden() -> Never:
        abort(403, "Not for you.")

    @app.get("/broken")
    def broken() -> Never:
        raise RuntimeError("an internal detail")


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    folder = tmp_path / "sample"
    files = {
        "__init__.py": "",
        "templates/error.html": ERROR_PAGE,
        "static/site.css": "body { background: url(images/a.svg) }",
        "static/images/a.svg": "<svg/>",
        "migrations/env.py": ENV,
        "migrations/script.py.mako": TEMPLATE,
        "migrations/versions/0001_first.py": FIRST,
        "migrations/versions/0002_second.py": SECOND,
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    yield Project(name="sample", package="sample", folder=folder, build=build)
    sys.modules.pop("sample", None)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fresh_database(tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture
def values(database_url: str) -> dict[str, str]:
    """The environment variables of a container behind a proxy at the loopback address.

    The database is empty.
    """
    empty(database_url)
    return {
        "ENVIRONMENT": "production",
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url,
        "TRUSTED_PROXY": "localhost",
    }


@pytest.fixture
def new_browser(sample: Project, values: dict[str, str]) -> Iterator[Callable[..., Client]]:
    """Creates browsers of the sample application, with more settings and an empty database."""
    opened: list[Database] = []

    def browser(
        migrate: bool = True, build: Callable[[Flask], None] = build, **changes: str
    ) -> Client:
        project = replace(sample, build=build)
        served = project.wsgi(Environment(values | changes))
        database = served.database
        assert isinstance(database, Database)
        opened.append(database)
        if migrate:
            with database.engine.begin() as connection:
                connection.execute(text("CREATE TABLE notes (id INTEGER, text VARCHAR(20))"))
        return Browser(served)

    yield browser
    for database in opened:
        database.close()


@pytest.fixture
def app(sample: Project, values: dict[str, str]) -> Iterator[Flask]:
    made = sample.flask(*sample.read(Environment(values)))
    yield made
    database_of(made).close()


@pytest.fixture
def database(app: Flask) -> Database:
    return database_of(app)
