"""Reads the libraries that an ELF file links to (System V ABI, chapter 5)."""

import struct
from dataclasses import dataclass

LOADED, DYNAMIC = 1, 2
"""Types of program headers (`p_type`): PT_LOAD and PT_DYNAMIC."""
NEEDED, STRINGS, RPATH, RUNPATH = 1, 5, 15, 29
"""Tags of the dynamic section (`d_tag`)."""


@dataclass(frozen=True)
class Linkage:
    """The linked libraries, and the folders that the loader searches before the system folders."""

    needed: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


def linkage(file: bytes) -> Linkage | None:
    """Returns None if the file is not a 64-bit little-endian ELF file.

    Raises `struct.error` if the file is truncated.
    """
    if file[:6] != b"\x7fELF\x02\x01":
        return None
    (table,) = struct.unpack_from("<Q", file, 32)
    size, count = struct.unpack_from("<HH", file, 54)
    headers = [struct.unpack_from("<IIQQQQ", file, table + size * n) for n in range(count)]
    entries: list[tuple[int, int]] = []
    for kind, _, offset, _, _, length in headers:
        if kind == DYNAMIC:
            entries = list(struct.iter_unpack("<QQ", file[offset : offset + length]))
    address = next((value for tag, value in entries if tag == STRINGS), 0)
    strings = next(
        (
            offset + address - start
            for kind, _, offset, start, _, length in headers
            if kind == LOADED and start <= address < start + length
        ),
        0,
    )

    def text(at: int) -> str:
        return file[strings + at : file.index(b"\0", strings + at)].decode()

    return Linkage(
        tuple(text(value) for tag, value in entries if tag == NEEDED),
        tuple(
            folder
            for tag, value in entries
            if tag in (RPATH, RUNPATH)
            for folder in text(value).split(":")
        ),
    )
