"""Builds minimal ELF files and wheels for the tests."""

import struct
from pathlib import Path
from zipfile import ZipFile

from wheels.elf import DYNAMIC, LOADED, NEEDED, RUNPATH, STRINGS


def library(*needed: str, folders: str | None = None) -> bytes:
    """Builds a 64-bit ELF file whose only loaded segment is mapped at 0x1000."""
    strings, entries = b"\0", list[tuple[int, int]]()
    for tag, text in [*((NEEDED, name) for name in needed), (RUNPATH, folders)]:
        if text is not None:
            entries.append((tag, len(strings)))
            strings += text.encode() + b"\0"
    at, base = 64 + 2 * 56, 0x1000
    size = (len(entries) + 2) * 16
    entries += [(STRINGS, base + at + size), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *entry) for entry in entries)
    end = at + size + len(strings)
    head = b"\x7fELF\x02\x01".ljust(32, b"\0") + struct.pack("<Q", 64)
    head = head.ljust(54, b"\0") + struct.pack("<HH", 56, 2)
    segments = [(LOADED, 0, base, end), (DYNAMIC, at, base + at, size)]
    table = b"".join(
        struct.pack("<IIQQQQQQ", kind, 0, offset, address, 0, length, length, 8)
        for kind, offset, address, length in segments
    )
    return head.ljust(64, b"\0") + table + dynamic + strings


def wheel(folder: Path, members: dict[str, bytes], name: str = "a-1-py3-none-any.whl") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(folder / name, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return folder / name
