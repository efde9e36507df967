"""The program prints each finding with its file and line, and writes a report if there is none."""

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.elves import library, wheel
from wheels import __main__ as program
from wheels.__main__ import PLATFORMS, download, findings, main, read
from wheels.locks import Pin, pins

NO_WHEEL = "WARNING: slow\nERROR: No matching distribution found for a==1"


class Index:
    """A fake of pip: it writes a wheel for each requirement, unless its index lacks that wheel.

    `lacks` lists the missing wheels by distribution and platform; `needs` is the library that each
    wheel links to.
    """

    def __init__(self, lacks: Sequence[tuple[str, str]] = (), needs: str = "libz.so.1") -> None:
        self.lacks = lacks
        self.needs = needs
        self.runs = 0

    def __call__(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.runs += 1
        options = dict(part.split("=", 1) for part in arguments if "=" in part)
        platform = next(
            name for name, tags in PLATFORMS.items() if f"--platform={tags[0]}" in arguments
        )
        wanted = [pin for _, pin in pins(Path(options["--requirement"]).read_text())]
        if any((pin.name, platform) in self.lacks for pin in wanted):
            return subprocess.CompletedProcess([], 1, "", NO_WHEEL)
        for pin in wanted:
            member = {f"{pin.name}/x.so": library(self.needs)}
            wheel(Path(options["--dest"]), member, f"{pin.name}-{pin.version}-cp313-any.whl")
        return subprocess.CompletedProcess([], 0, "", "")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, lock in {
        "shop/requirements.txt": "a==1 --hash=sha256:aa\nb==1 --hash=sha256:aa\n",
        "shop/requirements-test.txt": "# tests\na==2 --hash=sha256:aa\n",
        "shop/requirements.in": "a",
    }.items():
        (tmp_path / "apps" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "apps" / name).write_text(lock)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, index: Index) -> int:
    monkeypatch.setattr(program, "pip", index)
    return main(["report.xml"])


def test_the_report_has_a_case_for_each_lock_file_and_platform(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, Index()) == 0
    cases = ET.parse(repository / "report.xml").getroot()[0]  # noqa: S314
    assert {(case.get("file"), case.get("classname")) for case in cases} == {
        (f"apps/shop/requirements{which}.txt", f"wheels for {platform}")
        for which in ("", "-test")
        for platform in PLATFORMS
    }


@pytest.mark.parametrize(
    ("index", "lines"),
    [
        (
            Index([("b", "musl aarch64")]),
            ["apps/shop/requirements.txt:2:1 b 1 has no wheel for musl aarch64: ERROR: "],
        ),
        (
            Index(needs="libstdc++.so.6"),
            [
                "apps/shop/requirements-test.txt:2:1 a 2 on musl x86_64: a/x.so needs libstdc++",
                "apps/shop/requirements.txt:1:1 a 1 on musl x86_64: a/x.so needs libstdc++.so.6",
            ],
        ),
    ],
)
def test_findings_are_printed_with_their_file_and_line(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    index: Index,
    lines: list[str],
) -> None:
    assert run(monkeypatch, index) == 1
    printed = capsys.readouterr().err.splitlines()
    for line in lines:
        assert any(one.startswith(line) for one in printed)
    assert not (repository / "report.xml").exists()


def test_pins_are_downloaded_alone_only_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [Pin(name, "1", f"{name}==1 --hash=sha256:aa") for name in "abc"]
    full, short = Index(), Index([("b", "glibc x86_64")])
    monkeypatch.setattr(program, "pip", full)
    assert download(wanted, "glibc x86_64", tmp_path / "full") == {}
    assert full.runs == 1
    monkeypatch.setattr(program, "pip", short)
    assert download(wanted, "glibc x86_64", tmp_path / "short") == {wanted[1]: NO_WHEEL}
    assert short.runs == 1 + len(wanted)


def test_a_wheel_that_was_not_downloaded_is_a_finding(tmp_path: Path) -> None:
    wheel(tmp_path / "0", {}, "a-2-py3-none-any.whl")
    assert findings(Pin("a", "1", ""), "musl x86_64", tmp_path, {}) == [
        "was not downloaded for musl x86_64"
    ]


def test_a_download_that_fails_only_for_all_pins_together_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exit_codes = iter([1, 0])

    def unreliable(_: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], next(exit_codes), "", "")

    monkeypatch.setattr(program, "pip", unreliable)
    with pytest.raises(RuntimeError, match="exit code 1"):
        download([Pin("a", "1", "a==1")], "musl x86_64", tmp_path)


@pytest.mark.parametrize("lock", [None, "# nothing\n"])
def test_a_missing_or_empty_lock_file_is_an_error(tmp_path: Path, lock: str | None) -> None:
    if lock is not None:
        (tmp_path / "apps/a").mkdir(parents=True)
        (tmp_path / "apps/a/requirements.txt").write_text(lock)
    with pytest.raises(ValueError, match="no lock"):
        read(tmp_path)


def test_pip_is_run() -> None:
    assert "pip" in program.pip(["--version"]).stdout
