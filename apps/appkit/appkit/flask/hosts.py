"""Refuses a request with a malformed Host.

For such a request Flask has no URLs, so that an error page that contains one fails. The host never
gets into a response, so any well-formed one is accepted.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from appkit.wsgi import REFUSED

_LABEL = "[a-z0-9_-]{1,63}"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9a-f:.]+\])(?::\d{{1,5}})?", re.IGNORECASE)


class HostCheck:
    """WSGI middleware that marks a request as refused if its Host is malformed."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host: str = environ.get("HTTP_HOST", "")
        if host and not _HOST.fullmatch(host):
            # Without a Host the name of the server takes its place.
            del environ["HTTP_HOST"]
            environ.setdefault(REFUSED, HTTPStatus.BAD_REQUEST)
        return self._application(environ, start_response)
