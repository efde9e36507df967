"""Seeded defects are found, survive, or show that their list is out of date."""

import subprocess
from pathlib import Path

import pytest

from devkit import mutate
from devkit.mutate import Mutant

RULE = "def is_adult(age: int) -> bool:\n    return age >= 18\n"
TESTS = """
from rules import is_adult


def test_is_adult():
    assert is_adult(30)
    assert not is_adult(3)
"""


def mutant(old: str = ">= 18", new: str = "< 18", survives: str = "") -> Mutant:
    return Mutant("a rule", "rules.py", old, new, ("test_rules.py",), survives)


def written(*mutants: Mutant) -> str:
    return "\n".join(
        f"[[mutant]]\nrule = 'a rule'\nfile = 'rules.py'\nold = '{one.old}'\nnew = '{one.new}'\n"
        f"tests = ['test_rules.py']\nsurvives = '{one.survives}'\n"
        for one in mutants
    )


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rules.py").write_text(RULE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_rules.py").write_text(TESTS)
    (tmp_path / "devkit").mkdir()
    (tmp_path / "devkit" / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\npythonpath = ['..']\naddopts = ['-p', 'no:cacheprovider']\n"
    )
    monkeypatch.chdir(tmp_path)
    # The image in which these tests run sets it for its own application.
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    # Plugins of the application's tests, such as Hypothesis, take most of the time of a start.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return tmp_path


@pytest.mark.parametrize(
    ("seeded", "found"),
    [
        (mutant(), "killed"),
        (mutant(new=">= 19"), "survived"),
        (mutant(new=">= 19", survives="No test asks for 18."), "explained"),
    ],
)
def test_a_defect_is_found_or_survives(application: Path, seeded: Mutant, found: str) -> None:
    assert mutate.result(application, seeded) == found
    assert (application / "rules.py").read_text() == RULE


@pytest.mark.parametrize(
    ("seeded", "part"), [(mutant(old=">= 21"), "0 times"), (mutant(old="1", new="(("), "exit code")]
)
def test_a_list_that_is_out_of_date_is_reported(
    application: Path, seeded: Mutant, part: str
) -> None:
    assert part in mutate.result(application, seeded)


def test_tests_without_end_find_a_defect(
    application: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_command: object, **_options: object) -> None:
        raise subprocess.TimeoutExpired("pytest", 1)

    monkeypatch.setattr(subprocess, "run", run)
    assert mutate.result(application, mutant()) == "killed"


@pytest.mark.parametrize(
    ("mutants", "code"),
    [
        ([mutant()], 0),
        ([mutant(), mutant(new=">= 19")], 1),
        ([mutant(), mutant(new=">= 19", survives="No test asks for 18.")], 0),
    ],
)
def test_the_exit_code(application: Path, mutants: list[Mutant], code: int) -> None:
    (application / "mutants.toml").write_text(written(*mutants))
    assert mutate.main(["mutants.toml"]) == code
    assert (application / "rules.py").read_text() == RULE


def test_tests_that_fail_without_a_defect_prove_nothing(
    application: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (application / "rules.py").write_text("def is_adult(age):\n    return False\n")
    (application / "mutants.toml").write_text(written(mutant(old="False", new="True")))
    assert mutate.main(["mutants.toml"]) == 1
    assert "without any defect" in capsys.readouterr().out
