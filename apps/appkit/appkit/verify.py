"""`python -m appkit.verify`: the tests, coverage, lint and types of the application in this folder.

With arguments only the tools that they name run (`pytest`: the tests and their coverage). All of
them run, whatever the others say. `junit.xml`, `coverage.xml` and `lint.xml` (one test case
a tool, its output in the failure) are left in `$REPORTS` (`/reports`). The exit code is 0 only
when every tool ran and none complained.

`VERIFY_APPKIT` names the framework (`django`, `flask`) whose part of this package, with the core,
is measured too: one application of each framework does that for all.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

LEAST_COVERAGE = 90.0
"""Percent of the lines and branches, together."""

FRAMEWORKS = ("django", "flask")


@dataclass(frozen=True)
class Result:
    """What one tool said."""

    tool: str
    ok: bool
    output: str
    seconds: float


def packages(folder: Path) -> list[str]:
    """The application's own top-level packages."""
    return sorted(
        found.parent.name
        for found in folder.glob("*/__init__.py")
        if found.parent.name not in ("appkit", "tests")
    )


def commands(
    folder: Path, reports: Path, appkit: Path, framework: str | None
) -> dict[str, list[str]]:
    """Each tool's command, by the tool's name. `appkit` is the folder that holds its pyproject."""
    config = appkit / "pyproject.toml"
    # The Django plugin is a setting of its own file, as mypy has no way to add it to another.
    types = appkit / "mypy-django.ini" if find_spec("mypy_django_plugin") else config
    own = packages(folder)
    measured = own if framework is None else [*own, "appkit"]
    checked = [*own, *(name for name in ("manage.py", "tests") if (folder / name).exists())]
    if framework is not None:
        core = sorted(str(file) for file in (appkit / "appkit").glob("*.py"))
        checked += [*core, str(appkit / "appkit" / framework)]
    python = [sys.executable, "-m"]
    return {
        "pytest": [
            *python,
            "pytest",
            f"--config-file={config}",
            f"--rootdir={folder}",
            f"--junitxml={reports / 'junit.xml'}",
            f"--cov-config={config}",
            f"--cov-report=xml:{reports / 'coverage.xml'}",
            "--cov-report=term-missing:skip-covered",
            *(f"--cov={name}" for name in measured),
            "tests",
        ],
        "ruff check": [*python, "ruff", "check", f"--config={config}", "--no-cache", *checked],
        "ruff format": [
            *python,
            "ruff",
            "format",
            f"--config={config}",
            "--no-cache",
            "--diff",
            *checked,
        ],
        "mypy": [*python, "mypy", f"--config-file={types}", *checked],
    }


def environment(base: Mapping[str, str], framework: str | None, caches: str) -> dict[str, str]:
    """The tools' environment. `caches` is a folder of this run: the image's may be read-only."""
    others = [name for name in FRAMEWORKS if name != framework]
    return {
        **base,
        "COVERAGE_FILE": f"{caches}/coverage",
        "MYPY_CACHE_DIR": f"{caches}/mypy",
        # Coverage puts variables into its list's entries, and has no other way to be told.
        "VERIFY_OMIT": f"*/appkit/{others[0]}/*" if framework else "*/appkit/*",
    }


def run(tool: str, command: Sequence[str], env: Mapping[str, str], *, live: bool) -> Result:
    """Runs one tool. `live`: its output is shown as it comes, and not kept.

    Each tool says that it is content; one that says nothing has not looked.
    """
    start = time.monotonic()
    done = subprocess.run(  # noqa: S603
        command,
        env=env,
        text=True,
        check=False,
        stdout=None if live else subprocess.PIPE,
        stderr=None if live else subprocess.STDOUT,
    )
    output = done.stdout or f"exit code {done.returncode}, and not a word"
    ok = done.returncode == 0 and (live or bool(done.stdout.strip()))
    return Result(tool, ok, output, time.monotonic() - start)


def coverage(report: Path) -> Result:
    """Judges `coverage.xml`. No report, or nothing measured, is a failure."""
    try:
        totals = ET.parse(report).getroot().attrib  # noqa: S314
        valid = int(totals["lines-valid"]) + int(totals["branches-valid"])
        covered = int(totals["lines-covered"]) + int(totals["branches-covered"])
    except (OSError, ET.ParseError, KeyError, ValueError) as error:
        return Result("coverage", ok=False, output=f"no usable coverage.xml: {error}", seconds=0)
    percent = 100 * covered / valid if valid else 0.0
    text = f"{percent:.1f} % of {valid} lines and branches; at least {LEAST_COVERAGE:.0f} % needed"
    return Result("coverage", percent >= LEAST_COVERAGE, text, 0)


def lint_report(results: Sequence[Result]) -> ET.Element:
    """A JUnit suite with one test case a tool."""
    failed = [result for result in results if not result.ok]
    suite = ET.Element(
        "testsuite",
        name="verify",
        tests=str(len(results)),
        failures=str(len(failed)),
        errors="0",
        skipped="0",
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result in results:
        case = ET.SubElement(
            suite, "testcase", classname="verify", name=result.tool, time=f"{result.seconds:.3f}"
        )
        if not result.ok:
            printable = "".join(c for c in result.output if c.isprintable() or c in "\n\t")
            failure = ET.SubElement(case, "failure", message=f"{result.tool} failed")
            failure.text = printable
    root = ET.Element("testsuites")
    root.append(suite)
    return root


def main(wanted: Sequence[str] = ()) -> int:
    folder = Path.cwd()
    reports = Path(os.environ.get("REPORTS", "/reports"))
    framework = os.environ.get("VERIFY_APPKIT") or None
    for name in ("junit.xml", "coverage.xml", "lint.xml"):
        (reports / name).unlink(missing_ok=True)
    appkit = Path(__file__).parent.parent
    known = commands(folder, reports, appkit, framework)
    if unknown := set(wanted) - set(known):
        print(f"no such tool: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
        return 2
    jobs = {tool: command for tool, command in known.items() if tool in wanted or not wanted}
    tests = jobs.pop("pytest", None)
    with TemporaryDirectory() as caches, ThreadPoolExecutor() as pool:
        env = environment(os.environ, framework, caches)
        quiet = [pool.submit(run, tool, command, env, live=False) for tool, command in jobs.items()]
        results = [run("pytest", tests, env, live=True)] if tests else []
        results += [job.result() for job in quiet]
    if tests:
        results.append(coverage(reports / "coverage.xml"))
    document = ET.ElementTree(lint_report(results))
    document.write(reports / "lint.xml", encoding="utf-8", xml_declaration=True)
    for result in results:
        if not result.ok and result.tool != "pytest":
            print(f"\n== {result.tool}\n{result.output}")
    print(*(f"{'ok    ' if result.ok else 'FAILED'} {result.tool}" for result in results), sep="\n")
    return 0 if all(result.ok for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
