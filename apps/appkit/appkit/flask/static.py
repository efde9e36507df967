"""Static files at `/static/<fingerprint>/<path>`.

The fingerprint covers the whole folder, so relative URLs inside style sheets need no rewriting.
During a rollout the page of one release may request its files from a replica of another release. A
replica therefore answers an unknown fingerprint with its own file, which must not be cached.
"""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, request
from whitenoise import WhiteNoise

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FINGERPRINTED = re.compile(r"/static/[0-9a-f]{12}/")


def fingerprint(folder: Path) -> str:
    """Twelve hexadecimal digits that change with the name or content of any file in the folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


class StaticFiles:
    """WSGI middleware that serves one folder and builds the addresses of its files."""

    def __init__(self, application: "WSGIApplication", folder: Path, *, reload: bool) -> None:
        self._application = application
        self._folder = folder
        self._current = f"/static/{fingerprint(folder)}/"
        self._files = WhiteNoise(
            application,
            autorefresh=reload,
            max_age=0,
            allow_all_origins=False,
            immutable_file_test=lambda _, url: not reload and url.startswith(self._current),
        )
        self._files.add_files(str(folder), prefix=self._current)
        self._files.add_files(str(folder), prefix="/static/")

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "list[bytes]":
        path = environ.get("PATH_INFO", "")
        prefix = _FINGERPRINTED.match(path)
        if prefix and prefix.group() != self._current:
            environ = {**environ, "PATH_INFO": "/static/" + path[prefix.end() :]}
        return self._files(environ, start_response)  # type: ignore[no-any-return]

    def url(self, name: str) -> str:
        """The address of a file, with the fingerprint and the prefix of the current request.

        Raises LookupError if the file does not exist.
        """
        if not (self._folder / name).is_file():
            raise LookupError(f"there is no static file {name!r} in {self._folder}")
        return f"{request.script_root}{self._current}{name}"


def serve(app: Flask, folder: Path, *, reload: bool) -> None:
    """Serves a folder, and adds the function `static(name)` to the templates."""
    files = StaticFiles(app.wsgi_app, folder, reload=reload)
    app.wsgi_app = files  # type: ignore[method-assign]
    app.jinja_env.globals["static"] = files.url
