"""Small projects for the tests of `devkit.verify`."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from devkit import verify

TOOLS = ("pytest", verify.PROPERTY_TESTS, "ruff check", "ruff format", "mypy")


def commands_of(project: Path, *also: str, postgres: bool = False) -> dict[str, list[str]]:
    return verify.commands(project, Path("/reports"), also, postgres=postgres)


def verdicts(project: Path) -> dict[str | None, bool]:
    suite = ET.parse(project / "lint.xml").getroot()[0]  # noqa: S314
    return {case.get("name"): len(case) == 0 for case in suite}


def passed(report: Path) -> set[str | None]:
    """The names of the tests that passed, from a report of pytest."""
    suite = ET.parse(report).getroot()[0]  # noqa: S314
    return {case.get("name") for case in suite if len(case) == 0}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("shop", "tests", *verify.SHARED, "static"):
        (tmp_path / name).mkdir()
    for name in ("shop", "tests", *verify.SHARED):
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "manage.py").touch()
    return tmp_path


@pytest.fixture
def passing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which every tool passes."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text('"""Adds."""\n\nTWO = 1 + 1\n')
    (tmp_path / "tests" / "test_two.py").write_text(
        "from shop import TWO\n\n\ndef test_two() -> None:\n    assert TWO == 2\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPORTS", str(tmp_path))
    # The image in which these tests run sets them for its own application.
    for name in ("VERIFY_ALSO", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    # Plugins of the application's tests, such as Hypothesis, take most of the time of a start.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p pytest_cov.plugin")
    monkeypatch.setattr(verify, "find_spec", lambda _name: None)
    return tmp_path
