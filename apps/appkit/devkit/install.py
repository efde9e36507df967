"""`python install.py [--tests] REQUIREMENTS`: installs locked requirements into /opt/venv.

A Dockerfile mounts this one file, so it needs only the standard library and the image's pip.
pip installs exactly the wheels whose hashes the file lists; it resolves and compiles nothing.

Without `--tests` the virtual environment is created. `slim.py` trims it afterwards and compiles
what is left. With `--tests` the requirements are added to the environment of an application, and
`/reports` is created for the results. The folder `/opt/untrimmed` holds a copy of the environment
before it was trimmed; mypy finds in it the type annotations that trimming removed.
"""

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

VENV = Path("/opt/venv")
UNTRIMMED = Path("/opt/untrimmed")
REPORTS = Path("/reports")


def pip_command(environment: Path, requirements: str, *, compile_modules: bool) -> list[str]:
    """pip of the base image, installing into `environment`, which has no pip of its own."""
    return [
        "pip",
        "--python",
        str(environment / "bin" / "python"),
        "install",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        *([] if compile_modules else ["--no-compile"]),
        "--requirement",
        requirements,
    ]


def site_packages(environment: Path) -> Path:
    """The folder into which a virtual environment installs packages."""
    (found,) = environment.glob("lib/python3*/site-packages")
    return found


def add_untrimmed(environment: Path, untrimmed: Path) -> None:
    """Appends the packages of `untrimmed` to the import path of `environment`."""
    path_file = site_packages(environment) / "untrimmed.pth"
    path_file.write_text(f"{site_packages(untrimmed)}\n")


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["--tests", requirements]:
            add_untrimmed(VENV, UNTRIMMED)
            REPORTS.mkdir()
            # The tests run as another user than the one that builds.
            REPORTS.chmod(0o777)
            command = pip_command(VENV, requirements, compile_modules=True)
        case [requirements] if requirements != "--tests":
            venv.create(VENV, symlinks=True)
            command = pip_command(VENV, requirements, compile_modules=False)
        case _:
            print("usage: install.py [--tests] REQUIREMENTS", file=sys.stderr)
            return 2
    return subprocess.run(command, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
