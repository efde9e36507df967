"""The start and the end of the server's program."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from appkit import database, logs
from appkit.env import EXIT_CONFIG
from appkit.server import program
from devkit.testing.server import TIMEOUT, Client, Database, everything, free_port, response

MODULE = """
import threading
import time
from appkit import settings
from appkit.sweeper import Sweeper
from appkit.wsgi import ServiceMiddleware

class Database:
    def ping(self): ...
    def pending(self): return {pending}
    def close(self): ...
    def stuck(self): return False

swept = threading.Event()

def hello(environ, start):
    if environ["PATH_INFO"] == "/swept":
        start("200 OK" if swept.wait(60) else "504 Not Swept", [])
        return [b""]
    if environ["PATH_INFO"] == "/slow":
        print("entered", flush=True)
        time.sleep(1)
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"{text}"]

sweepers = [Sweeper(swept.set, 3600)]
application = ServiceMiddleware(
    hello, settings=settings.read(), database=Database(), sweepers=sweepers
)
"""


class Program:
    """`python -m appkit.server` with an application in a folder of its own."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.port = free_port()
        path = f"{folder}:{Path.cwd()}"
        values = {"APP_NAME": "shop", "PORT": str(self.port), "PYTHONPATH": path, **environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "appkit.server", "site_under_test:application"],
            cwd=folder,
            # A compiled module would hide a change within the same second.
            env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **values},
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self, text: bytes, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Returns once the start page has this text. Calls `meanwhile` before each request."""
        until = time.monotonic() + TIMEOUT
        while True:
            meanwhile()
            address = ("127.0.0.1", self.port)
            with suppress(OSError), socket.create_connection(address, 5) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if everything(connection).endswith(text):
                    return
            assert time.monotonic() < until
            time.sleep(1)


PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "sqlite:////tmp/unused",
}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def start(*, pending: str = "[]", **environ: str) -> Program:
        write(tmp_path, "one", pending)
        programs.append(Program(tmp_path, **environ))
        return programs[-1]

    yield start
    for started in programs:
        # In development the program has a child.
        with suppress(ProcessLookupError):
            os.killpg(started.process.pid, signal.SIGKILL)
        started.process.communicate()


def write(folder: Path, text: str, pending: str = "[]") -> None:
    source = MODULE.replace("{text}", text).replace("{pending}", pending)
    # In one step, because a server that starts meanwhile must not load a part of it.
    (folder / "new").write_text(source)
    (folder / "new").replace(folder / "site_under_test.py")


class TestProgram:
    def test_sigterm_ends_the_program_after_the_last_request(
        self, run: Callable[..., Program]
    ) -> None:
        started = run(**PRODUCTION)
        started.wait(b"one")
        with Client(started.port).send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") as slow:
            assert started.process.stdout is not None
            while "entered" not in started.process.stdout.readline():
                assert started.process.poll() is None
            started.process.send_signal(signal.SIGTERM)
            assert response(everything(slow))[2] == b"one"
        assert started.process.wait(TIMEOUT) == 0

    def test_it_sweeps_before_any_request(self, run: Callable[..., Program]) -> None:
        started = run(**PRODUCTION)
        started.wait(b"one")
        request = b"GET /swept HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        with Client(started.port).send(request) as connection:
            assert response(everything(connection))[0] == 200

    def test_sigterm_ends_a_start_that_waits(self, run: Callable[..., Program]) -> None:
        started = run(pending='(print("waits", flush=True), ["0001"])[1]', **PRODUCTION)
        assert started.process.stdout is not None
        assert "waits" in started.process.stdout.readline()
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(TIMEOUT) == 0

    def test_a_wrong_setting_is_one_line(self, run: Callable[..., Program]) -> None:
        started = run(**{**PRODUCTION, "THREADS": "none"})
        output, _ = started.process.communicate(timeout=TIMEOUT)
        assert started.process.returncode == EXIT_CONFIG
        assert output.startswith("settings: THREADS")
        assert len(output.splitlines()) == 1

    def test_development_serves_a_changed_source(
        self, run: Callable[..., Program], tmp_path: Path
    ) -> None:
        started = run(ENVIRONMENT="development")
        started.wait(b"one")
        # Again and again, because a change before the reloader's first look at the files is none.
        started.wait(b"two", meanwhile=lambda: write(tmp_path, "two"))
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(TIMEOUT) == 0


def test_a_wait_that_ends_without_a_database_stops_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    def give_up(*_arguments: Any, **_options: Any) -> None:
        raise database.NotReady("gave up")

    service = type("Service", (), {"database": Database()})()
    monkeypatch.setattr(logs, "configure", lambda _settings: None)
    monkeypatch.setattr(database, "wait", give_up)
    monkeypatch.setattr(program, "load", lambda _target: service)
    for name, value in {**PRODUCTION, "APP_NAME": "shop"}.items():
        monkeypatch.setenv(name, value)
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as caught:
            program.serve("unused:application")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert caught.value.code == 1
