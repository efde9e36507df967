"""Seeded defects are found, survive, or show that their list is out of date."""

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
    ("seeded", "kind"),
    [
        (mutant(), "killed"),
        (mutant(new=">= 19"), "survived"),
        (mutant(new=">= 19", survives="No test asks for 18."), "explained"),
        (mutant(old=">= 21"), "broken"),
        (mutant(old="1", new="(("), "broken"),
    ],
)
def test_a_defect_is_found_or_survives_or_its_entry_is_broken(
    application: Path, seeded: Mutant, kind: str
) -> None:
    assert mutate.judge(application, seeded, 600).kind == kind
    assert (application / "rules.py").read_text() == RULE


def test_tests_without_end_are_ended_and_find_a_defect(application: Path) -> None:
    endless = mutant(old="return age", new="import time; time.sleep(3600); return age")
    result = mutate.judge(application, endless, 0.1)
    assert result.kind == "killed"
    assert result.detail


def test_the_time_limit_is_longer_than_the_tests_without_a_defect() -> None:
    assert mutate.time_limit(0) > 0
    assert mutate.time_limit(1000) > 2000


@pytest.mark.parametrize(
    ("mutants", "code"),
    [
        ([mutant()], 0),
        ([mutant(), mutant(new=">= 19")], 1),
        ([mutant(), mutant(new=">= 19", survives="No test asks for 18.")], 0),
        ([mutant(new=">= 19"), mutant(old=">= 21")], 2),
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
    assert mutate.main(["mutants.toml"]) == 2
    assert "without any defect" in capsys.readouterr().out


def test_one_line_per_defect_and_a_summary_are_printed(
    application: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (application / "mutants.toml").write_text(written(mutant(), mutant(new=">= 19")))
    mutate.main(["mutants.toml"])
    first, second, summary = capsys.readouterr().out.splitlines()
    assert first == "1/2 killed rules.py: a rule"
    assert second == "2/2 survived rules.py: a rule"
    assert summary.startswith("1 of 2 ")


def test_a_run_continues_from_its_results(
    application: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, survivor, new = mutant(), mutant(new=">= 19"), mutant(new="<= 18")
    (application / "mutants.toml").write_text(written(killed, survivor))
    arguments = ["--results", "results.jsonl", "mutants.toml"]
    assert mutate.main(arguments) == 1

    judged = []

    def judge(_folder: Path, mutant: Mutant, _seconds: float) -> mutate.Result:
        judged.append(mutant)
        return mutate.Result("killed")

    monkeypatch.setattr(mutate, "judge", judge)
    (application / "mutants.toml").write_text(written(killed, survivor, new))
    assert mutate.main(arguments) == 0
    assert judged == [survivor, new]
    assert mutate.main(arguments) == 0
    assert judged == [survivor, new]
