"""The selection of tests by database: all of them on one, the marked ones also on SQLite."""

from pathlib import Path

import pytest

from devkit import verify

from .conftest import TOOLS, commands_of, passed, verdicts

TESTS = """
import os

import pytest


def on_postgres():
    return "DATABASE_URL" in os.environ


def test_unmarked():
    pass


@pytest.mark.sqlite
def test_both():
    pass


@pytest.mark.sqlite_only
def test_sqlite():
    assert not on_postgres()


# As in a file whose tests are all marked `sqlite`.
@pytest.mark.sqlite
@pytest.mark.postgres_only
def test_postgres():
    assert on_postgres()
"""


@pytest.fixture
def marked(passing: Path) -> Path:
    """A project with a test for each mark."""
    (passing / "tests" / "test_two.py").write_text(f"from shop import TWO as TWO\n{TESTS}")
    return passing


@pytest.fixture
def _postgres(passing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://postgres@postgres/postgres")


def test_with_postgres_there_is_one_more_tool(project: Path) -> None:
    assert set(commands_of(project)) == set(TOOLS)
    assert set(commands_of(project, postgres=True)) == {*TOOLS, "pytest on SQLite"}


@pytest.mark.usefixtures("_postgres")
def test_with_postgres_the_marked_tests_also_run_on_sqlite(marked: Path) -> None:
    assert verify.main(["pytest", "pytest on SQLite"]) == 0
    assert passed(marked / "junit.xml") == {"test_unmarked", "test_both", "test_postgres"}
    assert passed(marked / "sqlite.xml") == {"test_both", "test_sqlite"}


def test_without_postgres_all_tests_run_on_sqlite(marked: Path) -> None:
    assert verify.main(["pytest"]) == 0
    assert passed(marked / "junit.xml") == {"test_unmarked", "test_both", "test_sqlite"}
    assert not (marked / "sqlite.xml").exists()


@pytest.mark.usefixtures("_postgres")
def test_a_run_on_sqlite_without_a_marked_test_fails(passing: Path) -> None:
    assert verify.main(["pytest on SQLite"]) == 1
    assert verdicts(passing) == {"pytest on SQLite": False}
