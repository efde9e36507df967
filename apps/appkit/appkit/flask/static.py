"""Static files at `/static/<fingerprint>/<path>`.

There is one fingerprint for the whole folder, so relative addresses in style sheets work without
being rewritten. During a rollout, the browser may request the files of a page from a replica with
another release. That replica does not know the fingerprint: it sends its own version of the file,
uncacheable, instead of 404.
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
    """Twelve hexadecimal digits that depend on the names and contents of all files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


class StaticFiles:
    """WSGI middleware that serves the files of one folder and builds their addresses."""

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
        match = _FINGERPRINTED.match(path)
        if match and match.group() != self._current:
            environ = {**environ, "PATH_INFO": "/static/" + path[match.end() :]}
        return self._files(environ, start_response)  # type: ignore[no-any-return]

    def url(self, name: str) -> str:
        """The address of a file, below the prefix of the current request.

        Raises LookupError when there is no such file.
        """
        if not (self._folder / name).is_file():
            raise LookupError(f"there is no static file {name!r} in {self._folder}")
        return f"{request.script_root}{self._current}{name}"


def serve(app: Flask, folder: Path, *, reload: bool) -> None:
    """Serves a folder, and gives templates the function `static(name)`."""
    files = StaticFiles(app.wsgi_app, folder, reload=reload)
    app.wsgi_app = files  # type: ignore[method-assign]
    app.jinja_env.globals["static"] = files.url
