"""Installing locked requirements into an image's virtual environment."""

import subprocess
from pathlib import Path

import pytest

from devkit import install


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would run; the folders of the image are below `tmp_path`."""
    started: list[list[str]] = []

    def run(command: list[str], *, check: bool) -> "subprocess.CompletedProcess[bytes]":
        assert not check
        started.append(command)
        return subprocess.CompletedProcess(command, 3)

    for name in ("VENV", "UNTRIMMED", "REPORTS"):
        monkeypatch.setattr(install, name, tmp_path / name.lower())
    monkeypatch.setattr(subprocess, "run", run)
    return started


def site(environment: Path) -> Path:
    folder = environment / "lib/python3.13/site-packages"
    folder.mkdir(parents=True)
    return folder


def test_requirements_are_installed_by_hash_into_a_new_environment(
    tmp_path: Path, commands: list[list[str]]
) -> None:
    assert install.main(["requirements.txt"]) == 3
    (command,) = commands
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile"} < set(command)
    assert command[-2:] == ["--requirement", "requirements.txt"]
    python = command[command.index("--python") + 1]
    assert python == str(tmp_path / "venv/bin/python")
    assert Path(python).is_symlink()


def test_a_new_environment_has_no_pip(tmp_path: Path, commands: list[list[str]]) -> None:
    install.main(["requirements.txt"])
    assert len(commands) == 1
    assert list(install.site_packages(tmp_path / "venv").iterdir()) == []


def test_tests_find_what_trimming_removed(tmp_path: Path, commands: list[list[str]]) -> None:
    trimmed, untrimmed = site(tmp_path / "venv"), site(tmp_path / "untrimmed")
    assert install.main(["--tests", "requirements-test.txt"]) == 3
    assert (trimmed / "untrimmed.pth").read_text() == f"{untrimmed}\n"
    assert (tmp_path / "reports").stat().st_mode & 0o777 == 0o777
    assert "--no-compile" not in commands[0]


@pytest.mark.parametrize("arguments", [[], ["--tests"], ["a", "b"], ["--tests", "a", "b"]])
def test_wrong_arguments_are_refused(arguments: list[str], commands: list[list[str]]) -> None:
    assert install.main(arguments) == 2
    assert commands == []
