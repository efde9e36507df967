"""An application as its image serves it: by `python -m appkit.server`, on its own database."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

from devkit.testing.databases import fresh_database
from devkit.testing.hostile import Answer, Request, requests
from devkit.testing.server import TIMEOUT, free_port

_TOKENS = ("csrfmiddlewaretoken", "csrf_token")
_HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')


@dataclass
class Served:
    """A running application, its clients, and a count of its answers."""

    name: str
    port: int
    environ: dict[str, str]
    folder: Path
    statuses: Counter[int] = field(default_factory=Counter)
    paths: set[str] = field(default_factory=set)

    def manage(self, *arguments: str) -> str:
        """What `manage.py` prints, without the line break at its end."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(  # noqa: S603
            command,
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def send(self, request: Request) -> Answer:
        """Sends the request on a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.port), TIMEOUT) as connection:
            connection.sendall(_encode(request))
            response = HTTPResponse(connection, method=request.method)
            response.begin()
            headers = {name.title(): value for name, value in response.getheaders()}
            cookies = SimpleCookie("; ".join(response.headers.get_all("Set-Cookie", [])))
            values = {name: morsel.value for name, morsel in cookies.items()}
            return Answer(response.status, headers, response.read(), values)

    def check(self, request: Request) -> None:
        """Asserts that there is no 5xx, and that an error is the application's own page or JSON."""
        answer = self.send(request)
        self.statuses[answer.status] += 1
        self.paths.add(request.path)
        assert answer.status < 500, (request, answer)
        if answer.status < 400 or request.method == "HEAD":
            return
        if answer.kind == "application/json":
            assert isinstance(json.loads(answer.body), dict), (request, answer)
        else:
            page = f'name="application-name" content="{self.name}"'
            assert page in answer.body.decode(), (request, answer)

    def check_all(
        self,
        requested: SearchStrategy[Request],
        headers: Mapping[str, str] | None = None,
        examples: int = 150,
    ) -> None:
        """Checks so many generated requests; each gets these headers in addition."""

        @settings(max_examples=examples)
        @given(requested)
        def check(request: Request) -> None:
            self.check(replace(request, headers={**request.headers, **(headers or {})}))

        check()

    def sign_in(self, path: str, fields: dict[str, str], form: str) -> dict[str, str]:
        """Submits the form at `path`.

        Returns headers with the session's cookies and the CSRF token of the page at `form`.
        """
        page = self.send(Request(path=path))
        hidden = dict(_HIDDEN.findall(page.body.decode()))
        body = urlencode({**hidden, **fields}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **cookie_header(page)}
        signed_in = self.send(Request("POST", path, "", headers, body))
        assert signed_in.status in (302, 303), signed_in
        page = self.send(Request(path=form, headers=cookie_header(page, signed_in)))
        assert page.status == 200, page
        token = next(
            value for name, value in _HIDDEN.findall(page.body.decode()) if name in _TOKENS
        )
        return {**cookie_header(page, signed_in, page), "X-CSRFToken": token}

    def summary(self) -> str:
        counts = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.name}: {self.statuses.total()} generated requests to {len(self.paths)} paths,"
            f" by status {counts}"
        )


@dataclass(frozen=True)
class Inputs:
    """The paths, the fields of forms and queries, and the cookies of generated requests."""

    paths: tuple[str, ...]
    fields: tuple[str, ...]
    cookies: tuple[str, ...]

    def requests(self, paths: tuple[str, ...] | None = None) -> SearchStrategy[Request]:
        """Generated requests to these paths, by default to all."""
        return requests(paths or self.paths, self.fields, self.cookies)


@dataclass(frozen=True)
class Visitor:
    """A client with an account, whose headers every generated request gets."""

    headers: Mapping[str, str]
    page: str
    """A path that answers 200 to this account, also after all requests."""
    paths: tuple[str, ...] | None = None
    """The paths that are requested, by default all."""


def check_generated(
    served: Served,
    capsys: pytest.CaptureFixture[str],
    inputs: Inputs,
    *visitors: Visitor,
    anonymous_paths: tuple[str, ...] = (),
) -> None:
    """Checks generated requests without an account, and those of each visitor.

    `anonymous_paths` are requested without an account only, beside all others. Prints a summary.
    """
    served.check_all(inputs.requests((*inputs.paths, *anonymous_paths)))
    for visitor in visitors:
        served.check_all(inputs.requests(visitor.paths), visitor.headers)
    for visitor in visitors:
        assert served.send(Request(path=visitor.page, headers=visitor.headers)).status == 200
    with capsys.disabled():
        print(f"\n{served.summary()}")


def cookie_header(*answers: Answer) -> dict[str, str]:
    """The header with the cookies that these answers have set; later ones replace earlier ones."""
    cookies = {name: value for answer in answers for name, value in answer.cookies.items()}
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def _encode(request: Request) -> bytes:
    """The bytes of the request: its values may be such that no library would send them."""
    target = quote(request.path.encode("utf-8", "surrogatepass"), safe="/:@!$&'()*+,;=~-._")
    query = f"?{request.query}" if request.query else ""
    headers = {
        "Host": "127.0.0.1",
        **request.headers,
        "Content-Length": str(len(request.body)),
        "Connection": "close",
    }
    lines = [f"{request.method} {target}{query} HTTP/1.1", *map(": ".join, headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + request.body


@contextmanager
def serve(
    name: str,
    target: str,
    folder: Path,
    *,
    sources: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """Prepares a database with demo data, and serves the application at `MODULE:NAME`.

    `folder` gets the log. `sources` is the folder of `manage.py`, by default the current one.
    `environ` adds settings.
    """
    with fresh_database(folder) as url:
        inherited = {key: value for key, value in os.environ.items() if "DATABASE" not in key}
        port = free_port()
        variables = {
            **inherited,
            "ENVIRONMENT": "demo",
            "APP_NAME": name,
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_hex(32),
            "PORT": str(port),
            **(environ or {}),
        }
        served = Served(name, port, variables, sources or Path.cwd())
        served.manage("prepare")
        command = [sys.executable, "-m", "appkit.server", target]
        with (
            (folder / "server.log").open("wb") as log,
            subprocess.Popen(  # noqa: S603
                command, cwd=served.folder, env=variables, stdout=log, stderr=log
            ) as process,
        ):
            try:
                _wait(served, process)
                yield served
            finally:
                process.terminate()


def _wait(served: Served, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + TIMEOUT
    while True:
        with suppress(OSError):
            if served.send(Request(path="/healthz")).status == 200:
                return
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{served.name} does not serve: read its server.log")
        time.sleep(0.1)


def served_fixture(
    name: str,
    target: str,
    *,
    sources: Callable[[Path], Path] | None = None,
    environ: Callable[[], AbstractContextManager[Mapping[str, str] | None]] = nullcontext,
) -> Callable[..., Iterator[Served]]:
    """A fixture that serves the application during the tests of a module.

    `sources` writes the sources into an empty folder, and returns the folder of `manage.py`.
    `environ` yields additional settings.
    """

    @pytest.fixture(scope="module", name="served")
    def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
        written = sources and sources(tmp_path_factory.mktemp("sources"))
        folder = tmp_path_factory.mktemp("served")
        with (
            environ() as added,
            serve(name, target, folder, sources=written, environ=added) as application,
        ):
            yield application

    return served
