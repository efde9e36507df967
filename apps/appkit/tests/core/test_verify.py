"""The checks' runner: everything runs, every failure shows, nothing missing passes."""

import os
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from appkit import verify
from appkit.verify import Result, commands, coverage, environment, lint_report, packages, run

TOTALS = 'lines-valid="{}" lines-covered="{}" branches-valid="{}" branches-covered="{}"'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("shop", "tests", "appkit", "static"):
        (tmp_path / name).mkdir()
    for name in ("shop", "tests", "appkit"):
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "manage.py").touch()
    return tmp_path


def test_only_its_own_packages_are_checked(project: Path) -> None:
    assert packages(project) == ["shop"]


@pytest.mark.parametrize("framework", [None, "django"])
def test_each_tool_sees_the_same_code(project: Path, framework: str | None) -> None:
    appkit = Path(verify.__file__).parent.parent
    found = commands(project, Path("/reports"), appkit, framework)
    assert list(found) == ["pytest", "ruff check", "ruff format", "mypy"]
    assert ("--cov=appkit" in found["pytest"]) == (framework is not None)
    for tool in ("ruff check", "ruff format", "mypy"):
        assert {"shop", "manage.py", "tests"} <= set(found[tool])
        measured = [path for path in found[tool] if path.endswith("/appkit/verify.py")]
        assert bool(measured) == (framework is not None)


@pytest.mark.parametrize("plugin", [None, object()])
def test_types_know_django_where_it_is(
    project: Path, monkeypatch: pytest.MonkeyPatch, plugin: object
) -> None:
    monkeypatch.setattr(verify, "find_spec", lambda _name: plugin)
    config = commands(project, Path("r"), Path("a"), None)["mypy"][3]
    assert config.endswith("mypy-django.ini" if plugin else "pyproject.toml")


@pytest.mark.parametrize(
    ("framework", "omitted"),
    [(None, "*/appkit/*"), ("django", "*/appkit/flask/*"), ("flask", "*/appkit/django/*")],
)
def test_the_other_framework_is_not_measured(framework: str | None, omitted: str) -> None:
    found = environment({"KEPT": "1"}, framework, "/caches")
    assert (found["VERIFY_OMIT"], found["KEPT"]) == (omitted, "1")


@pytest.mark.parametrize(
    ("code", "ok", "output"),
    [
        ("print('fine')", True, "fine\n"),
        ("import sys; print('bad', file=sys.stderr); sys.exit(2)", False, "bad\n"),
        ("import sys; sys.exit(3)", False, "exit code 3"),
        ("", False, "exit code 0, and not a word"),
        ("print()", False, "\n"),
        ("import no_such_tool", False, "ModuleNotFoundError"),
    ],
)
def test_a_tool_is_run(code: str, ok: bool, output: str) -> None:
    result = run("t", [sys.executable, "-c", code], {}, live=False)
    assert result.ok == ok
    assert output in result.output


TOOLS = ("pytest", "ruff check", "ruff format", "mypy")
ENDINGS = {
    "missing": "raise ModuleNotFoundError(__name__)",
    "crashing": "import os; os.abort()",
    "silent": "",
}


@pytest.fixture
def passing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that every tool is content with."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text('"""Adds."""\n\nTWO = 1 + 1\n')
    (tmp_path / "tests" / "test_two.py").write_text(
        "from shop import TWO\n\n\ndef test_two() -> None:\n    assert TWO == 2\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPORTS", str(tmp_path))
    # Of the application in whose image this runs.
    for name in ("VERIFY_APPKIT", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(verify, "find_spec", lambda _name: None)
    return tmp_path


def verdicts(project: Path) -> dict[str | None, bool]:
    suite = ET.parse(project / "lint.xml").getroot()[0]  # noqa: S314
    return {case.get("name"): len(case) == 0 for case in suite}


def test_the_real_tools_pass_what_is_right(passing: Path) -> None:
    assert verify.main() == 0
    assert verdicts(passing) == dict.fromkeys((*TOOLS, "coverage"), True)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("tool", [*TOOLS, "coverage"])
def test_a_tool_that_does_not_work_is_red(
    passing: Path, monkeypatch: pytest.MonkeyPatch, tool: str, ending: str
) -> None:
    """In its place on the path stands a module of its name; the others are the real ones."""
    module = "pytest_cov" if tool == "coverage" else tool.split(maxsplit=1)[0]
    wanted = ["pytest"] if tool == "coverage" else [tool]
    broken = passing / "broken"
    broken.mkdir()
    (broken / f"{module}.py").write_text(ENDINGS[ending])
    monkeypatch.setenv("PYTHONPATH", str(broken), prepend=os.pathsep)
    assert verify.main(wanted) == 1
    assert False in verdicts(passing).values()


def test_a_live_tool_is_seen_by_whoever_watches() -> None:
    assert run("t", [sys.executable, "-c", ""], {}, live=True).ok


@pytest.mark.parametrize(
    ("report", "ok", "says"),
    [
        (TOTALS.format(80, 80, 20, 10), True, "90.0 % of 100"),
        (TOTALS.format(80, 80, 20, 9), False, "89.0 % of 100"),
        (TOTALS.format(0, 0, 0, 0), False, "0.0 % of 0"),
        ('lines-valid="8"', False, "no usable coverage.xml"),
        (TOTALS.format("x", 0, 0, 0), False, "no usable coverage.xml"),
    ],
)
def test_coverage_is_judged(tmp_path: Path, report: str, ok: bool, says: str) -> None:
    file = tmp_path / "coverage.xml"
    file.write_text(f"<coverage {report}/>")
    assert coverage(file).ok == ok
    assert says in coverage(file).output


@pytest.mark.parametrize("content", [None, "", "<coverage"])
def test_no_coverage_is_a_failure(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "coverage.xml"
    if content is not None:
        file.write_text(content)
    assert not coverage(file).ok


def test_the_report_has_a_case_a_tool() -> None:
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
        monkeypatch.delenv("VERIFY_APPKIT", raising=False)
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
            lambda *_: {
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
    def test_everything_runs_and_counts(
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

    def test_only_what_is_named_runs(
        self, reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.set_commands(monkeypatch, reports, "", "raise SystemExit('untidy')")
        assert verify.main(["pytest"]) == 0
        assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == [
            "pytest",
            "coverage",
        ]
        assert verify.main(["lint"]) == 1

    def test_a_tool_that_does_not_exist_is_named(
        self, reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.set_commands(monkeypatch, reports, "", "")
        assert verify.main(["pytset", "lint"]) == 2
        assert "no such tool: pytset; known: pytest, lint" in capsys.readouterr().out
