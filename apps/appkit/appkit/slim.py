"""`python slim.py VENV [UNUSED …]`: takes out of a virtual environment what never runs.

Needs nothing but the standard library: a Dockerfile mounts this one file. Removed are test suites,
type stubs, translations other than English, C sources and what the caller names (paths below
site-packages). Compiled modules lose what is never loaded, which in some wheels is most of them.
Python modules are kept as bytecode only, which starts fast and is half the size; a
traceback still names file and line. The result is the same in each build.
"""

import compileall
import shutil
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from py_compile import PycInvalidationMode

LANGUAGE = "en"
"""What stays in a `locale` folder."""

SUFFIXES = {".pyi", ".po", ".pot", ".pyx", ".pxd", ".c", ".h", ".map"}


def unneeded(site: Path) -> Iterator[Path]:
    """Files and folders below `site` that no application reads; a parent before its children."""
    for path in sorted(site.rglob("*")):
        translation = path.parent.name == "locale" and path.name != LANGUAGE
        whole_folder = path.is_dir() and (translation or path.name in ("tests", "__pycache__"))
        # RECORD lists files that are gone now, and nothing but an uninstall reads it.
        record = path.name == "RECORD" and path.parent.suffix == ".dist-info"
        if whole_folder or path.suffix in SUFFIXES or record:
            yield path


def remove(path: Path) -> None:
    """Removes a file or a folder; one that went with its parent is fine."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def loaded(library: bytes) -> bytes:
    """The part of a 64-bit ELF file that its program headers speak of; anything else as it is.

    Behind it come symbols for linkers and debuggers, and the table of sections that names them;
    no loader reads either (System V ABI, chapter 5).
    """
    if library[:6] != b"\x7fELF\x02\x01":
        return library
    (table,) = struct.unpack_from("<Q", library, 32)
    size, count = struct.unpack_from("<HH", library, 54)
    headers = [struct.unpack_from("<IIQQQQ", library, table + size * n) for n in range(count)]
    end = max([table + size * count, *(offset + length for _, _, offset, _, _, length in headers)])
    kept = bytearray(library[:end])
    # No table of sections: its place, and the size and number of its entries.
    struct.pack_into("<Q", kept, 40, 0)
    struct.pack_into("<HHH", kept, 58, 0, 0, 0)
    return bytes(kept)


def compile_only(site: Path) -> bool:
    """Puts `x.pyc` in the place of each `x.py`. False when a module does not compile."""
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
            print(f"slim: {name} is not in {site}: take it off the list", file=sys.stderr)
            return 1
        remove(site / name)
    for path in list(unneeded(site)):
        remove(path)
    for library in (*site.rglob("*.so"), *site.rglob("*.so.*")):
        library.write_bytes(loaded(library.read_bytes()))
    return 0 if compile_only(site) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
