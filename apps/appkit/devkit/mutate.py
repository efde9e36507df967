"""`python -m devkit.mutate [--results FILE] LIST…`: shows that the tests find seeded defects.

The application is in the current folder. Each list is a TOML file; each `[[mutant]]` of it has

    rule      the rule that the defect breaks
    file      the file that is changed
    old, new  the text that stands in the file exactly once, and the text in its place
    tests     the test files, relative to `tests`, one of which must fail
    survives  optional: the reason why no test can find the defect

The tests pass without a defect first. Each defect is then seeded into a copy of the application, so
that no file here changes. One line per defect shows the progress.

`--results FILE` appends each result to FILE. A run with an existing FILE does not repeat the
defects that it says were found, so an interrupted run continues, and a run after a new test
repeats only what that test was written for.

Exit codes: 0: every defect was found, except those that have a reason to survive. 1: a defect
survived. 2: the run shows nothing about a defect, because its entry is out of date or the tests
cannot run, or the arguments are wrong.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest

from devkit.verify import CONFIGURATION

_TESTS_FAILED = 1
"""The exit code of pytest when a test failed. Others mean that it could not run the tests."""

# Importing these packages is most of the time of a run, so each run is a fork of a process that has
# imported them. Those that are not installed are ignored.
_PACKAGES = [
    *("pytest", "hypothesis.strategies", "schemathesis", "django.test", "flask_wtf", "stripe"),
    *("sqlalchemy.orm", "alembic.command", "psycopg", "uvicorn"),
]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(_PACKAGES)

_IGNORED = shutil.ignore_patterns("__pycache__", "node_modules", "*.pyc")


@dataclass(frozen=True)
class Mutant:
    """One seeded defect."""

    rule: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    survives: str = ""


@dataclass(frozen=True)
class Result:
    """What the tests did with a defect: `kind` is killed, explained, survived or broken.

    `broken` shows nothing about the tests: `detail` says what to mend.
    """

    kind: str
    detail: str = ""


def _mutant(row: Mapping[str, Any]) -> Mutant:
    return Mutant(**{**row, "tests": tuple(row["tests"])})


def read(path: Path) -> list[Mutant]:
    """The defects in a list."""
    return [_mutant(row) for row in tomllib.loads(path.read_text())["mutant"]]


def mutated(source: str, mutant: Mutant) -> str:
    """The text of the file with the defect. Raises ValueError."""
    if (found := source.count(mutant.old)) != 1:
        raise ValueError(f"`old` is {found} times in {mutant.file}, not once: mend the entry")
    return source.replace(mutant.old, mutant.new)


def time_limit(clean_seconds: float) -> float:
    """The seconds after which the tests of a defect are stopped.

    `clean_seconds`: the time of the tests of all defects, without a defect. The tests of one defect
    are a part of them, so only tests that a defect keeps from ending reach the limit.
    """
    return 60 + 3 * clean_seconds


def run_tests(folder: Path, tests: Sequence[str], seconds: float | None) -> int | None:
    """The exit code of pytest, or None if it did not end in time."""
    process = _forks.Process(target=_pytest, args=(Path.cwd(), folder, tests))
    process.start()
    try:
        process.join(seconds)
        return process.exitcode
    finally:
        if process.exitcode is None:
            # Tests start servers, which belong to the group.
            with suppress(ProcessLookupError):
                os.killpg(process.ident or 0, signal.SIGKILL)
            process.kill()
            process.join()


def _pytest(original: Path, folder: Path, tests: Sequence[str]) -> NoReturn:
    """Ends this process, a fork, with the exit code of the tests in the copy of the application."""
    os.setpgid(0, 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.chdir(folder)
    # Nothing of the original application may be imported in place of its copy.
    sys.path[:] = [str(folder), *(path for path in sys.path if Path(path).resolve() != original)]
    for name, module in list(sys.modules.items()):
        path = Path(getattr(module, "__file__", None) or os.devnull)
        if original in path.parents and name != "__main__":
            del sys.modules[name]
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    config = folder / "devkit" / "pyproject.toml"
    # `plain`: a fork has imported modules already that pytest would want to rewrite.
    options = ["-x", "-q", "--tb=no", "--no-header", "--assert=plain"]
    paths = [str(Path("tests") / name) for name in tests]
    sys.argv = ["pytest", f"--config-file={config}", f"--rootdir={folder}", *options, *paths]
    raise SystemExit(int(pytest.main(sys.argv[1:])))


def judge(folder: Path, mutant: Mutant, seconds: float) -> Result:
    """Seeds the defect into the folder, runs its tests, and removes it again."""
    path = folder / mutant.file
    source = path.read_text()
    try:
        path.write_text(mutated(source, mutant))
        code = run_tests(folder, mutant.tests, seconds)
    except ValueError as error:
        return Result("broken", str(error))
    finally:
        path.write_text(source)
    if code is None:
        return Result("killed", f"its tests did not end within {seconds:.0f} s")
    if code == _TESTS_FAILED:
        return Result("killed")
    if code == 0:
        return Result("explained", mutant.survives) if mutant.survives else Result("survived")
    return Result("broken", f"pytest ends with exit code {code}: run {' '.join(mutant.tests)}")


def already_killed(results: Path | None) -> set[Mutant]:
    """The defects that the file of results says were found."""
    if results is None or not results.exists():
        return set()
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    return {_mutant(row["mutant"]) for row in rows if row["kind"] == "killed"}


def append(results: Path, mutant: Mutant, result: Result) -> None:
    with results.open("a") as file:
        file.write(json.dumps({**asdict(result), "mutant": asdict(mutant)}) + "\n")


def judge_all(folder: Path, mutants: Sequence[Mutant], results: Path | None) -> Counter[str] | None:
    """The number of defects of each kind, or None if the tests fail without a defect.

    Prints each result. `folder`: a copy of the application, which is changed meanwhile.
    """
    killed = already_killed(results)
    names = sorted({name for one in mutants if one not in killed for name in one.tests})
    started = time.monotonic()
    if names and (code := run_tests(folder, names, None)) != 0:
        print(f"the tests fail without any defect (exit code {code}): {' '.join(names)}")
        return None
    seconds = time_limit(time.monotonic() - started)
    counts = Counter[str]()
    for number, mutant in enumerate(mutants, start=1):
        if mutant in killed:
            result = Result("killed", "in an earlier run")
        else:
            result = judge(folder, mutant, seconds)
            if results:
                append(results, mutant, result)
        counts[result.kind] += 1
        detail = f" ({result.detail})" if result.detail else ""
        print(
            f"{number}/{len(mutants)} {result.kind} {mutant.file}: {mutant.rule}{detail}",
            flush=True,
        )
    return counts


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m devkit.mutate")
    parser.add_argument("lists", nargs="+", type=Path, metavar="LIST")
    parser.add_argument("--results", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    mutants = [mutant for path in options.lists for mutant in read(path)]
    started = time.monotonic()
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "application"
        shutil.copytree(Path.cwd(), folder, ignore=_IGNORED, symlinks=True)
        shutil.copy(CONFIGURATION / "pyproject.toml", folder / "devkit" / "pyproject.toml")
        counts = judge_all(folder, mutants, options.results)
    if counts is None:
        return 2
    minutes = (time.monotonic() - started) / 60
    others = ", ".join(f"{counts[kind]} {kind}" for kind in ("explained", "survived", "broken"))
    print(f"{counts['killed']} of {len(mutants)} defects were found in {minutes:.0f} min; {others}")
    if counts["broken"] or not mutants:
        return 2
    return 1 if counts["survived"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
