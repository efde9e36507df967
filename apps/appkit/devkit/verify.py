"""`python -m devkit.verify [TOOL…]`: runs the tests, linters and type checks of an application.

The application is in the current folder. Every tool runs, even when another one fails; with
arguments only the tools that they name run (`pytest` includes the coverage). The results are
written to `$REPORTS` (`/reports`): `junit.xml`, `properties.xml`, `sqlite.xml`, `coverage.xml`, and
`lint.xml` with one test case per tool. The exit code is 0 only when every tool ran and passed.

Property tests run beside the other tests and without the measurement of the coverage: their
thousands of generated examples would take twice the time with it.

All tests run on one database server: that of `DATABASE_URL`, or else SQLite. When it is Postgres,
the tests that are marked `sqlite` or `sqlite_only` run on SQLite as well (`pytest on SQLite`).

`VERIFY_ALSO` lists shared packages (such as `appkit devkit`), separated by spaces, that are
checked and measured with the application. Each shared package is listed by one application of each
framework that it supports.
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

MIN_COVERAGE = 90.0
"""Percent of the lines and branches, counted together."""

SHARED = ("appkit", "devkit", "stripe_fake")
"""Packages beside an application that are not its own."""

FRAMEWORKS = ("django", "flask")

REPORTS = ("junit.xml", "properties.xml", "sqlite.xml", "coverage.xml", "lint.xml")

PROPERTY_TESTS = "property tests"
"""The tool that runs the tests that Hypothesis marks."""

NO_TESTS = 5
"""pytest's exit code when it selects no test."""

CONFIGURATION = Path(__file__).parent
"""The folder of pyproject.toml and mypy-django.ini."""


@dataclass(frozen=True)
class Result:
    """The outcome of one tool."""

    tool: str
    ok: bool
    output: str
    seconds: float


def packages(folder: Path) -> list[str]:
    """The application's own top-level packages."""
    return sorted(
        found.parent.name
        for found in folder.glob("*/__init__.py")
        if found.parent.name not in (*SHARED, "tests")
    )


def missing_frameworks() -> list[str]:
    """The frameworks that are not installed here: devkit's modules for them cannot be checked."""
    return [name for name in FRAMEWORKS if find_spec(name) is None]


def commands(
    folder: Path, reports: Path, also: Sequence[str], *, postgres: bool
) -> dict[str, list[str]]:
    """Each tool's command, by the tool's name, the slowest first.

    `also`: shared packages to check as well. `postgres`: the database of `pytest` is Postgres.
    """
    config = CONFIGURATION / "pyproject.toml"
    # mypy cannot add a plugin to the settings of another file.
    types = CONFIGURATION / "mypy-django.ini" if find_spec("mypy_django_plugin") else config
    measured = [*packages(folder), *also]
    checked = [*measured, *(name for name in ("manage.py", "tests") if (folder / name).exists())]
    excluded = [f"--exclude=devkit/testing/{name}.py" for name in missing_frameworks()]
    python = [sys.executable, "-m"]
    ruff = [f"--config={config}", "--no-cache"]
    pytest = [*python, "pytest", f"--config-file={config}", f"--rootdir={folder}"]
    here = f"not {'sqlite_only' if postgres else 'postgres_only'}"
    properties = ["-m", f"hypothesis and {here}", f"--junitxml={reports / 'properties.xml'}"]
    on_sqlite = "(sqlite or sqlite_only) and not postgres_only"
    marked = ["-m", on_sqlite, f"--junitxml={reports / 'sqlite.xml'}"]
    return {
        "pytest": [
            *pytest,
            *("-m", f"not hypothesis and {here}"),
            f"--junitxml={reports / 'junit.xml'}",
            f"--cov-config={config}",
            f"--cov-report=xml:{reports / 'coverage.xml'}",
            "--cov-report=term-missing:skip-covered",
            *(f"--cov={name}" for name in measured),
            "tests",
        ],
        PROPERTY_TESTS: [*pytest, *properties, "tests"],
        "mypy": [*python, "mypy", f"--config-file={types}", *excluded, *checked],
        **({"pytest on SQLite": [*pytest, *marked, "tests"]} if postgres else {}),
        "ruff check": [*python, "ruff", "check", *ruff, *checked],
        "ruff format": [*python, "ruff", "format", *ruff, "--diff", *checked],
    }


def environment(base: Mapping[str, str], caches: str) -> dict[str, str]:
    """The tools' environment. `caches` is a temporary folder: the image may be read-only."""
    return {
        **base,
        "COVERAGE_FILE": f"{caches}/coverage",
        "MYPY_CACHE_DIR": f"{caches}/mypy",
        # pyproject.toml names it in a pattern: coverage.py has no option that adds a pattern.
        "MISSING_FRAMEWORK": "".join(missing_frameworks()),
    }


def environment_of(tool: str, env: Mapping[str, str]) -> dict[str, str]:
    """The environment of one tool.

    Property tests run at the same time as the other tests, so they get another database on the same
    server. The rest gets no database: an application in development uses SQLite then.
    """
    if tool == PROPERTY_TESTS:
        url = env.get("DATABASE_URL")
        return {**env, **({"DATABASE_URL": f"{url}_properties"} if url else {})}
    return {name: value for name, value in env.items() if not name.startswith("DATABASE_")}


def run(tool: str, command: Sequence[str], env: Mapping[str, str], *, live: bool) -> Result:
    """Runs one tool. With `live` its output is shown as it comes, and not kept.

    A tool that succeeds without any output has failed: every tool here reports its success.
    An application may have no property test, but it has other tests.
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
    output = done.stdout or f"exit code {done.returncode}, without any output"
    passing = (0, NO_TESTS) if tool == PROPERTY_TESTS else (0,)
    ok = done.returncode in passing and (live or bool(done.stdout.strip()))
    return Result(tool, ok, output, time.monotonic() - start)


def coverage(report: Path) -> Result:
    """Compares `coverage.xml` with the minimum. A report that is missing or empty fails."""
    try:
        totals = ET.parse(report).getroot().attrib  # noqa: S314
        valid = int(totals["lines-valid"]) + int(totals["branches-valid"])
        covered = int(totals["lines-covered"]) + int(totals["branches-covered"])
    except (OSError, ET.ParseError, KeyError, ValueError) as error:
        return Result("coverage", ok=False, output=f"no usable coverage.xml: {error}", seconds=0)
    percent = 100 * covered / valid if valid else 0.0
    text = f"{percent:.1f} % of {valid} lines and branches; at least {MIN_COVERAGE:.0f} % required"
    return Result("coverage", percent >= MIN_COVERAGE, text, 0)


def lint_report(results: Sequence[Result]) -> ET.Element:
    """A JUnit suite with one test case per tool; a failure holds the tool's output."""
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
    reports = Path(os.environ.get("REPORTS", "/reports"))
    for name in REPORTS:
        (reports / name).unlink(missing_ok=True)
    also = os.environ.get("VERIFY_ALSO", "").split()
    postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    known = commands(Path.cwd(), reports, also, postgres=postgres)
    if unknown := set(wanted) - set(known):
        print(f"unknown tool: {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
        return 2
    jobs = {tool: command for tool, command in known.items() if tool in wanted or not wanted}
    tests = jobs.pop("pytest", None)
    # One thread: pytest takes longest, so it keeps one core, and the others share a second one.
    with TemporaryDirectory() as caches, ThreadPoolExecutor(max_workers=1) as pool:
        env = environment(os.environ, caches)
        quiet = [
            pool.submit(run, tool, command, environment_of(tool, env), live=False)
            for tool, command in jobs.items()
        ]
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
