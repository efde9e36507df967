"""What a wheel for musl needs to load in python:3.13-alpine."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath
from zipfile import ZipFile

from wheels.elf import linkage

MUSL = re.compile(r"(?:libc\.musl|ld-musl)-\w+\.so\.1|libc\.so")
"""musl's loader takes each of these for itself."""

BASE = frozenset(
    {
        "libbz2.so.1",
        "libcrypto.so.3",
        "libffi.so.8",
        "libgdbm.so.6",
        "libgdbm_compat.so.4",
        "liblzma.so.5",
        "libncursesw.so.6",
        "libpanelw.so.6",
        "libpython3.13.so.1.0",
        "libreadline.so.8",
        "libsqlite3.so.0",
        "libssl.so.3",
        "libuuid.so.1",
        "libz.so.1",
    }
)
"""Libraries of python:3.13-alpine: what CPython's own modules link to, and nothing of a compiler.

Source: the packages that github.com/docker-library/repo-info lists for the image
(repos/python/local/3.13-alpine*.md), by the names that Alpine's index gives to their libraries.
libstdc++ and libgcc_s are not among them.
"""


def unmet(wheel: Path) -> Iterator[str]:
    """`FILE needs LIBRARY` for each library that is neither musl's, the base's nor in the wheel."""
    with ZipFile(wheel) as archive:
        # The content of NAME.data/platlib is installed beside the rest.
        members = {installed(name): name for name in archive.namelist()}
        for path, name in sorted(members.items()):
            links = linkage(archive.read(name))
            if links is None:
                continue
            folders = [
                normpath(folder.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", origin))
                for folder in links.folders
                for origin in [str(PurePosixPath(path).parent)]
            ]
            for needed in links.needed:
                bundled = any(normpath(f"{folder}/{needed}") in members for folder in folders)
                if not (MUSL.fullmatch(needed) or needed in BASE or bundled):
                    yield f"{path} needs {needed}"


def installed(name: str) -> str:
    """Where a wheel's member comes to lie, below site-packages."""
    return re.sub(r"^[^/]+\.data/(?:plat|pure)lib/", "", name)
