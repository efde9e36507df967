"""`python -m devkit.mutate LIST…`: shows that the tests find seeded defects of the rules.

The application is in the current folder. Each list is a TOML file; each `[[mutant]]` of it has

    rule      the rule that the defect breaks
    file      the file that is changed
    old, new  the text that stands in the file exactly once, and the text in its place
    tests     the test files, relative to `tests`, one of which must fail
    survives  optional: the reason why no test can find the defect

The tests pass without a defect first. Each defect is then seeded into a copy of the application, so
that no file here changes. The exit code is 0 only when every defect was found, except those that
have a reason to survive.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from devkit.verify import CONFIGURATION

TIMEOUT_SECONDS = 1800
"""A defect that keeps the tests from ending is found as well."""

_TESTS_FAILED = 1
"""The exit code of pytest when a test failed. Others mean that it could not run the tests."""

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


def read(path: Path) -> list[Mutant]:
    """The defects in a list."""
    rows = tomllib.loads(path.read_text())["mutant"]
    return [Mutant(**{**row, "tests": tuple(row["tests"])}) for row in rows]


def mutated(source: str, mutant: Mutant) -> str:
    """The text of the file with the defect. Raises ValueError."""
    if (found := source.count(mutant.old)) != 1:
        raise ValueError(f"`old` of “{mutant.rule}” is {found} times in {mutant.file}, not once")
    return source.replace(mutant.old, mutant.new)


def run_tests(folder: Path, tests: Sequence[str]) -> int | None:
    """The exit code of pytest, or None if it did not end in time."""
    config = folder / "devkit" / "pyproject.toml"
    command = [sys.executable, "-m", "pytest", f"--config-file={config}", f"--rootdir={folder}"]
    paths = [str(Path("tests") / name) for name in tests]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, "-x", "-q", "--tb=no", "--no-header", *paths],
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def result(folder: Path, mutant: Mutant) -> str:
    """`killed`, `survived`, `explained`, or the reason why the defect shows nothing."""
    path = folder / mutant.file
    source = path.read_text()
    try:
        path.write_text(mutated(source, mutant))
        code = run_tests(folder, mutant.tests)
    except ValueError as error:
        return str(error)
    finally:
        path.write_text(source)
    if code in (_TESTS_FAILED, None):
        return "killed"
    if code == 0:
        return "explained" if mutant.survives else "survived"
    return f"pytest could not run {' '.join(mutant.tests)}: exit code {code}"


def main(lists: Sequence[str]) -> int:
    mutants = [mutant for path in lists for mutant in read(Path(path))]
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "application"
        shutil.copytree(Path.cwd(), folder, ignore=_IGNORED, symlinks=True)
        shutil.copy(CONFIGURATION / "pyproject.toml", folder / "devkit" / "pyproject.toml")
        names = sorted({name for mutant in mutants for name in mutant.tests})
        if (code := run_tests(folder, names)) != 0:
            print(f"the tests fail without any defect (exit code {code}): {' '.join(names)}")
            return 1
        results = []
        for mutant in mutants:
            results.append(result(folder, mutant))
            print(f"{results[-1]:9} {mutant.file}: {mutant.rule}", flush=True)
    killed, explained = results.count("killed"), results.count("explained")
    print(f"{killed} of {len(results)} defects were found; {explained} are explained.")
    return 0 if killed + explained == len(results) > 0 else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
