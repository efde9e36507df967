"""`python -m wheels REPORT`: checks `apps/*/requirements*.txt` below the current folder.

It downloads the wheel of each pin for each platform; pip verifies the hash. If anything is missing,
it prints a line `LOCK:LINE:1 …` for each finding and exits with 1. Otherwise it writes a JUnit
report with a test case for each lock file on each platform. It needs access to pip's package index.
"""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from wheels.locks import Pin, normal, pins, rounds
from wheels.musl import unmet

PYTHON = "3.13"
MUSL_MINORS = range(2, 0, -1)
GLIBC_MINORS = range(41, 4, -1)
"""The minor versions of glibc, from that of Debian 13 (the base of python:3.13-slim) to the oldest
that has a `manylinux_2_*` tag.
"""


def musl(machine: str) -> list[str]:
    return [f"musllinux_1_{minor}_{machine}" for minor in MUSL_MINORS]


def glibc(machine: str) -> list[str]:
    old = ("manylinux2014", "manylinux2010", "manylinux1")
    return [f"{tag}_{machine}" for tag in (*(f"manylinux_2_{n}" for n in GLIBC_MINORS), *old)]


PLATFORMS = {
    f"{tags.__name__} {machine}": tags(machine)
    for tags in (musl, glibc)
    for machine in ("x86_64", "aarch64")
}
"""The tags of each platform, for pip's option `--platform`."""

Locks = dict[str, list[tuple[int, Pin]]]


def pip(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pip", *arguments], text=True, capture_output=True, check=False
    )


def read(root: Path) -> Locks:
    """Reads the pins of each lock file, by its path relative to the root.

    Raises `ValueError` if there is no lock file, or if one is empty.
    """
    found = {
        str(path.relative_to(root)): list(pins(path.read_text()))
        for path in sorted(root.glob("apps/*/requirements*.txt"))
    }
    if not all(found.values()) or not found:
        raise ValueError(f"no lock file, or an empty one, in {root}/apps")
    return found


def download(wanted: Iterable[Pin], platform: str, folder: Path) -> dict[Pin, str]:
    """Downloads wheels into the folder. Returns pip's error for each pin that has no wheel."""
    failed: dict[Pin, str] = {}
    options = [f"--platform={tag}" for tag in PLATFORMS[platform]]
    for number, together in enumerate(rounds(wanted)):
        # pip stops at the first missing wheel: only after a failure is each pin downloaded alone.
        error = _download(together, options, folder / str(number))
        if error is None:
            continue
        for pin in together:
            pin_error = _download([pin], options, folder / str(number))
            if pin_error is not None:
                failed[pin] = pin_error
        if not failed:
            raise RuntimeError(error)
    return failed


def _download(together: Sequence[Pin], options: Sequence[str], folder: Path) -> str | None:
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "requirements.txt"
    lock.write_text("".join(f"{pin.requirement}\n" for pin in together))
    done = pip(
        [
            *("download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"),
            *("--implementation=cp", f"--python-version={PYTHON}", *options),
            *(f"--dest={folder}", f"--requirement={lock}"),
        ]
    )
    return None if done.returncode == 0 else (done.stderr.strip() or f"exit code {done.returncode}")


def findings(pin: Pin, platform: str, folder: Path, failed: dict[Pin, str]) -> list[str]:
    """Returns the problems of one pin on one platform."""
    if pin in failed:
        return [f"has no wheel for {platform}: {failed[pin].splitlines()[-1]}"]
    wheels = [
        wheel
        for wheel in folder.glob("*/*.whl")
        if (normal(wheel.name.split("-")[0]), wheel.name.split("-")[1]) == (pin.name, pin.version)
    ]
    if not wheels:
        return [f"was not downloaded for {platform}"]
    if not platform.startswith("musl"):
        return []
    return [f"on {platform}: {problem}" for wheel in wheels for problem in unmet(wheel)]


def check(locks: Locks, platform: str) -> dict[str, list[str]]:
    """Returns the findings of each lock file on one platform, each with its file and line."""
    with TemporaryDirectory() as folder:
        wanted = {pin for lock in locks.values() for _, pin in lock}
        failed = download(wanted, platform, Path(folder))
        return {
            path: [
                f"{path}:{line}:1 {pin.name} {pin.version} {problem}"
                for line, pin in lock
                for problem in findings(pin, platform, Path(folder), failed)
            ]
            for path, lock in locks.items()
        }


def report(locks: Locks) -> ET.Element:
    """Builds the report of a run without findings: a case for each lock file on each platform."""
    cases = [(path, platform) for path in locks for platform in PLATFORMS]
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", name="wheels", tests=str(len(cases)), failures="0")
    for path, platform in cases:
        ET.SubElement(suite, "testcase", classname=f"wheels for {platform}", name=path, file=path)
    return root


def main(arguments: Sequence[str]) -> int:
    (to,) = arguments
    locks = read(Path.cwd())
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda platform: check(locks, platform), PLATFORMS))
    wrong = [line for result in results for lines in result.values() for line in lines]
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    ET.ElementTree(report(locks)).write(to, encoding="utf-8", xml_declaration=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
