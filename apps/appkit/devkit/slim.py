"""`python slim.py VENV [UNUSED…]`: removes files that an application never loads.

A Dockerfile mounts this one file, so it needs only the standard library. It removes test suites,
type stubs, translations other than English, C sources, and the paths `UNUSED` below site-packages.
It cuts symbols and debugging information, most of the size of some wheels, off compiled modules.
It replaces Python modules by their bytecode, which is half the size and starts fast; a traceback
still has file and line. The result is the same in each build.
"""

import compileall
import shutil
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from py_compile import PycInvalidationMode

LANGUAGE = "en"
"""The one translation that is kept in a `locale` folder."""

SUFFIXES = {".pyi", ".po", ".pot", ".pyx", ".pxd", ".c", ".h", ".map"}


def unneeded(site: Path) -> Iterator[Path]:
    """Files and folders below `site` that no application reads; parents before their children."""
    for path in sorted(site.rglob("*")):
        translation = path.parent.name == "locale" and path.name != LANGUAGE
        whole_folder = path.is_dir() and (translation or path.name in ("tests", "__pycache__"))
        # RECORD lists files that are removed here, and only an uninstall reads it.
        record = path.name == "RECORD" and path.parent.suffix == ".dist-info"
        if whole_folder or path.suffix in SUFFIXES or record:
            yield path


def remove(path: Path) -> None:
    """Removes a file or a folder, unless it was removed with its parent."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def loaded(library: bytes) -> bytes:
    """The part of a 64-bit ELF file that its program headers refer to; other files unchanged.

    Symbols for linkers and debuggers, and the section table that names them, come after that part.
    No loader reads them (System V ABI, chapter 5).
    """
    if library[:6] != b"\x7fELF\x02\x01":
        return library
    (table,) = struct.unpack_from("<Q", library, 32)
    size, count = struct.unpack_from("<HH", library, 54)
    headers = [struct.unpack_from("<IIQQQQ", library, table + size * n) for n in range(count)]
    end = max([table + size * count, *(offset + length for _, _, offset, _, _, length in headers)])
    kept = bytearray(library[:end])
    # The header states that there is no section table: its offset, entry size and entry count.
    struct.pack_into("<Q", kept, 40, 0)
    struct.pack_into("<HHH", kept, 58, 0, 0, 0)
    return bytes(kept)


def compile_only(site: Path) -> bool:
    """Replaces each `x.py` by `x.pyc`. Returns False when a module does not compile."""
    done = compileall.compile_dir(
        site, quiet=1, legacy=True, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )
    for module in site.rglob("*.py"):
        module.unlink()
    return bool(done)


def main(arguments: Sequence[str]) -> int:
    venv, *unused = arguments
    (site,) = Path(venv).glob("lib/python3*/site-packages")
    for name in unused:
        if not (site / name).exists():
            print(f"slim: {name} is not in {site}: remove it from the arguments", file=sys.stderr)
            return 1
        remove(site / name)
    for path in list(unneeded(site)):
        remove(path)
    for library in (*site.rglob("*.so"), *site.rglob("*.so.*")):
        library.write_bytes(loaded(library.read_bytes()))
    return 0 if compile_only(site) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
