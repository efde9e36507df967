"""A musl wheel must bundle each library that python:3.13-alpine does not contain."""

import struct
import sys
from pathlib import Path

import pytest

from tests.elves import library, wheel
from wheels.elf import linkage
from wheels.musl import unmet

MUSL = "libc.musl-x86_64.so.1"


@pytest.mark.parametrize(
    ("members", "problems"),
    [
        ({"a/x.so": library(MUSL, "libz.so.1", "libssl.so.3")}, []),
        ({"a/x.so": library("libc.musl-aarch64.so.1")}, []),
        ({"a.data/scripts/tool": library()}, []),
        ({"a/__init__.py": b"", "a/x.so": b"\x7fELF\x01\x01 of 32 bits"}, []),
        (
            {"a/x.so": library("libstdc++.so.6", MUSL)},
            ["a/x.so needs libstdc++.so.6"],
        ),
        ({"a/x.so": library("libgcc_s.so.1")}, ["a/x.so needs libgcc_s.so.1"]),
        ({"a/x.so": library("libc.so.6")}, ["a/x.so needs libc.so.6"]),
        ({"a/tool": library("ld-linux-x86-64.so.2")}, ["a/tool needs ld-linux-x86-64.so.2"]),
        (
            {
                "a/b/x.so": library("libpq-1.so.5", folders="/opt/lib:$ORIGIN/../../a.libs"),
                "a.libs/libpq-1.so.5": library("libother.so.1", folders="$ORIGIN"),
            },
            ["a.libs/libpq-1.so.5 needs libother.so.1"],
        ),
        (
            {
                "a-1.data/platlib/a/x.so": library("libq.so.5", folders="${ORIGIN}/../a.libs"),
                "a.libs/libq.so.5": library(),
            },
            [],
        ),
        (
            {"a/x.so": library("libpq-1.so.5"), "a.libs/libpq-1.so.5": library()},
            ["a/x.so needs libpq-1.so.5"],
        ),
    ],
)
def test_each_missing_library_is_a_finding(
    tmp_path: Path, members: dict[str, bytes], problems: list[str]
) -> None:
    assert list(unmet(wheel(tmp_path, members))) == problems


def test_the_libraries_of_a_real_program_are_read() -> None:
    found = linkage(Path(sys.executable).read_bytes())
    assert found is not None
    assert any(name.startswith("libc.") for name in found.needed)


def test_a_truncated_library_is_an_error() -> None:
    with pytest.raises(struct.error):
        linkage(library(MUSL)[:80])
