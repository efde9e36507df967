"""The runner of an application's checks: every tool runs, and no failure is lost."""

import os
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from devkit import verify
from devkit.verify import Result, coverage, environment, lint_report, packages, run

from .conftest import TOOLS, commands_of, verdicts

TOTALS = 'lines-valid="{}" lines-covered="{}" branches-valid="{}" branches-covered="{}"'


def test_shared_packages_are_not_the_applications_own(project: Path) -> None:
    assert packages(project) == ["shop"]


@pytest.mark.parametrize("also", [[], ["appkit", "devkit"]])
def test_every_tool_checks_the_same_code(project: Path, also: list[str]) -> None:
    found = commands_of(project, *also)
    assert set(found) == set(TOOLS)
    measured = [argument for argument in found["pytest"] if argument.startswith("--cov=")]
    assert measured == [f"--cov={name}" for name in ("shop", *also)]
    for tool in ("ruff check", "ruff format", "mypy"):
        assert found[tool][-3 - len(also) :] == ["shop", *also, "manage.py", "tests"]


@pytest.mark.parametrize("plugin", [None, object()])
def test_mypy_uses_its_django_plugin_where_it_is_installed(
    project: Path, monkeypatch: pytest.MonkeyPatch, plugin: object
) -> None:
    monkeypatch.setattr(verify, "find_spec", lambda _name: plugin)
    config = commands_of(project)["mypy"][3]
    assert config.endswith("mypy-django.ini" if plugin else "pyproject.toml")


@pytest.mark.parametrize(
    ("installed", "missing"), [("django", "flask"), ("flask", "django"), ("", "djangoflask")]
)
def test_modules_for_a_missing_framework_are_not_checked(
    project: Path, monkeypatch: pytest.MonkeyPatch, installed: str, missing: str
) -> None:
    monkeypatch.setattr(verify, "find_spec", lambda name: name if name == installed else None)
    found = environment({"KEPT": "1"}, "/caches")
    assert (found["MISSING_FRAMEWORK"], found["KEPT"]) == (missing, "1")
    excluded = f"--exclude=devkit/testing/{installed}.py"
    assert excluded not in commands_of(project, "devkit")["mypy"]


@pytest.mark.parametrize(
    ("code", "ok", "output"),
    [
        ("print('fine')", True, "fine\n"),
        ("import sys; print('bad', file=sys.stderr); sys.exit(2)", False, "bad\n"),
        ("import sys; sys.exit(3)", False, "exit code 3"),
        ("", False, "exit code 0, without any output"),
        ("print()", False, "\n"),
        ("import no_such_tool", False, "ModuleNotFoundError"),
    ],
)
def test_a_tool_is_run(code: str, ok: bool, output: str) -> None:
    result = run("t", [sys.executable, "-c", code], {}, live=False)
    assert result.ok == ok
    assert output in result.output


ENDINGS = {
    "missing": "raise ModuleNotFoundError(__name__)",
    "crashing": "import os; os.abort()",
    "silent": "",
}


def test_the_real_tools_pass_a_correct_project(passing: Path) -> None:
    assert verify.main() == 0
    assert verdicts(passing) == dict.fromkeys((*TOOLS, "coverage"), True)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("tool", [*TOOLS, "coverage"])
def test_a_tool_that_does_not_work_fails_the_run(
    passing: Path, monkeypatch: pytest.MonkeyPatch, tool: str, ending: str
) -> None:
    """A module of the same name replaces one tool; the other tools are the real ones."""
    modules = {"coverage": "pytest_cov", verify.PROPERTY_TESTS: "pytest"}
    module = modules.get(tool, tool.split(maxsplit=1)[0])
    wanted = ["pytest"] if tool == "coverage" else [tool]
    broken = passing / "broken"
    broken.mkdir()
    (broken / f"{module}.py").write_text(ENDINGS[ending])
    monkeypatch.setenv("PYTHONPATH", str(broken), prepend=os.pathsep)
    assert verify.main(wanted) == 1
    assert False in verdicts(passing).values()


def test_a_live_tool_may_print_nothing() -> None:
    assert run("t", [sys.executable, "-c", ""], {}, live=True).ok


@pytest.mark.parametrize(
    ("report", "ok", "text"),
    [
        (TOTALS.format(80, 80, 20, 10), True, "90.0 % of 100"),
        (TOTALS.format(80, 80, 20, 9), False, "89.0 % of 100"),
        (TOTALS.format(0, 0, 0, 0), False, "0.0 % of 0"),
        ('lines-valid="8"', False, "no usable coverage.xml"),
        (TOTALS.format("x", 0, 0, 0), False, "no usable coverage.xml"),
    ],
)
def test_coverage_is_compared_with_the_minimum(
    tmp_path: Path, report: str, ok: bool, text: str
) -> None:
    file = tmp_path / "coverage.xml"
    file.write_text(f"<coverage {report}/>")
    assert coverage(file).ok == ok
    assert text in coverage(file).output


@pytest.mark.parametrize("content", [None, "", "<coverage"])
def test_a_missing_or_broken_coverage_report_fails(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "coverage.xml"
    if content is not None:
        file.write_text(content)
    assert not coverage(file).ok


def test_the_report_has_a_case_for_each_tool() -> None:
    root = lint_report([Result("a", True, "", 1), Result("b", False, "\x1b[31mred\x00 & <x>\n", 2)])
    text = ET.tostring(root, encoding="unicode")
    suite = ET.fromstring(text)[0]  # noqa: S314
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    good, bad = suite
    assert (good.get("name"), len(good)) == ("a", 0)
    assert (bad.get("name"), bad[0].text) == ("b", "[31mred & <x>\n")


class TestMain:
    @pytest.fixture
    def reports(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("REPORTS", str(tmp_path))
        for name in ("VERIFY_ALSO", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        (tmp_path / "junit.xml").write_text("stale")
        return tmp_path

    def set_commands(
        self, monkeypatch: pytest.MonkeyPatch, reports: Path, tests: str, lint: str
    ) -> None:
        full = f"<coverage {TOTALS.format(1, 1, 0, 0)}/>"
        write = f"open({str(reports / 'coverage.xml')!r}, 'w').write({full!r})"
        monkeypatch.setattr(
            verify,
            "commands",
            lambda *_, **__: {
                "pytest": [sys.executable, "-c", f"{write}; {tests}"],
                "lint": [sys.executable, "-c", lint],
            },
        )

    @pytest.mark.parametrize(
        ("tests", "lint", "code", "failures"),
        [
            ("", "print('tidy')", 0, "0"),
            ("raise SystemExit(1)", "print('tidy')", 1, "1"),
            ("", "raise SystemExit('untidy')", 1, "1"),
            ("raise SystemExit(1)", "raise SystemExit(1)", 1, "2"),
        ],
    )
    def test_every_tool_runs_and_every_failure_counts(
        self,
        reports: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        tests: str,
        lint: str,
        code: int,
        failures: str,
    ) -> None:
        self.set_commands(monkeypatch, reports, tests, lint)
        assert verify.main() == code
        suite = ET.parse(reports / "lint.xml").getroot()[0]  # noqa: S314
        assert [case.get("name") for case in suite] == ["pytest", "lint", "coverage"]
        assert suite.get("failures") == failures
        assert not (reports / "junit.xml").exists()
        assert ("untidy" in capsys.readouterr().out) == ("untidy" in lint)

    def test_only_the_named_tools_run(
        self, reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.set_commands(monkeypatch, reports, "", "raise SystemExit('untidy')")
        assert verify.main(["pytest"]) == 0
        assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == [
            "pytest",
            "coverage",
        ]
        assert verify.main(["lint"]) == 1

    def test_an_unknown_tool_is_refused(
        self, reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.set_commands(monkeypatch, reports, "", "")
        assert verify.main(["pytset", "lint"]) == 2
        printed = capsys.readouterr().out
        assert "pytset" in printed
        assert "pytest, lint" in printed
