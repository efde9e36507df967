"""Finds the libraries that a musl wheel needs and that python:3.13-alpine does not contain."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath
from zipfile import ZipFile

from wheels.elf import linkage

MUSL = re.compile(r"(?:libc\.musl|ld-musl)-\w+\.so\.1|libc\.so")
"""Names that the musl loader resolves to itself."""

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
"""The libraries in python:3.13-alpine, which CPython's own modules link to.

Source: the packages that github.com/docker-library/repo-info lists for the image
(repos/python/local/3.13-alpine*.md), with the library names of Alpine's package index.
The image does not contain the runtime libraries of a compiler: libstdc++ and libgcc_s.
"""


def unmet(wheel: Path) -> Iterator[str]:
    """Yields `FILE needs LIBRARY` for each library that musl, the base image and the wheel lack."""
    with ZipFile(wheel) as archive:
        # pip installs the content of NAME.data/platlib into site-packages, like the other members.
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
    """Returns the path of a wheel's member below site-packages after the installation."""
    return re.sub(r"^[^/]+\.data/(?:plat|pure)lib/", "", name)
