from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.orm import Session

from appkit import logs
from appkit.database import Database, NotReady
from appkit.flask import prepare
from appkit.flask.database import session
from appkit.flask.manage import management
from appkit.flask.project import Loader, Project


def adds(note: str) -> Loader:
    def load(session: Session) -> None:
        number = session.execute(text("SELECT count(*) FROM notes")).scalar_one()
        values = {"id": number, "note": note}
        session.execute(text("INSERT INTO notes (id, text) VALUES (:id, :note)"), values)

    return load


def fails(_: Session) -> None:
    raise ValueError("an unreadable file")


@pytest.fixture
def project(sample: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    # The runner closes the stream to which the log handler would write.
    monkeypatch.setattr(logs, "configure", lambda _: None)
    return replace(sample, loaders=[adds("always")], demo_loaders=[adds("demo")])


def run(project: Project, values: dict[str, str], *arguments: str) -> Result:
    commands = management(project)

    @commands.command("list")
    def show() -> None:
        for note in session().execute(text("SELECT text FROM notes ORDER BY id")).scalars():
            click.echo(note)

    return CliRunner().invoke(commands, arguments, env={"ENVIRONMENT": None, **values})


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("environment", "notes"),
    [
        ("demo", ["always", "demo", "always", "demo"]),
        ("production", ["always", "always"]),
        ("development", ["always", "demo", "always", "demo"]),
    ],
)
def test_prepare_migrates_and_loads_each_time(
    project: Project, values: dict[str, str], environment: str, notes: list[str]
) -> None:
    values["ENVIRONMENT"] = environment
    for _ in range(2):
        assert run(project, values, "prepare").exit_code == 0
    assert run(project, values, "list").output.split() == notes


@pytest.mark.sqlite
def test_a_failed_loader_does_not_undo_the_others(project: Project, values: dict[str, str]) -> None:
    failing = replace(project, loaders=[adds("first"), fails])
    assert isinstance(run(failing, values, "prepare").exception, ValueError)
    assert run(project, values, "list").output.split() == ["first"]


def test_a_missing_setting_is_reported_in_one_line(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    result = run(project, {"ENVIRONMENT": "production"}, "prepare")
    assert result.exit_code == 78
    assert result.stderr.startswith("settings: SECRET_KEY is missing")
    assert result.stderr.count("\n") == 1


def test_an_unreachable_database_is_reported_in_one_line(
    project: Project, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(database: Database, *, migrated: bool) -> None:
        assert not migrated
        raise NotReady("gave up after 60 s: connection refused")

    monkeypatch.setattr(prepare, "wait", give_up)
    result = run(project, values, "prepare")
    assert result.exit_code == 1
    assert result.stderr == "Error: gave up after 60 s: connection refused\n"


def test_draft_migration_writes_a_migration(
    project: Project, values: dict[str, str], tmp_path: Path
) -> None:
    run(project, values, "prepare")
    assert run(project, values, "draft-migration", "more").exit_code == 0
    assert (tmp_path / "sample/migrations/versions/0003_more.py").is_file()
