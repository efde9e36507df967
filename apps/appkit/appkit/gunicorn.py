"""gunicorn's configuration for every application: `gunicorn --config python:appkit.gunicorn …`.

One worker with threads; a container scales by replicas. The master imports the application and
waits for its database before it opens the socket, so nobody connects to a process that cannot
answer. gunicorn reads every lower-case name of this module that it knows; the rest it ignores.
"""

import multiprocessing
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from gunicorn.glogging import Logger

from appkit import database, logs, metrics, settings
from appkit.env import SettingError, stop_for
from appkit.wsgi import ShopFloor

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Hands gunicorn's messages to the root logger; the shell writes the requests' lines."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def on_starting(server: "Arbiter") -> None:
    """Returns once the application may serve; ends the process, with one line, when it can't."""
    if not reload:
        _await_database(server)
        return
    # What the master has imported a worker cannot reload, so the check has a process of its own.
    check = multiprocessing.get_context("fork").Process(target=_await_database, args=(server,))
    check.start()
    check.join()
    if check.exitcode:
        sys.exit(check.exitcode)


def _await_database(server: "Arbiter") -> None:
    try:
        application: ShopFloor = server.app.wsgi()
        database.wait(application.database, migrated=True)
    except SettingError as error:
        stop_for(error)
    except database.NotReady as error:
        server.log.error("%s", error)
        sys.exit(1)
    application.database.close()


def post_worker_init(worker: "Worker") -> None:
    """In the worker, which is the one that counts: its threads would not outlive a fork."""
    metrics.start(worker.wsgi)


# As process 1 of a container we would ignore SIGTERM until gunicorn installs its own handlers.
signal.signal(signal.SIGTERM, _stop)

try:
    _settings = settings.read()
except SettingError as error:
    stop_for(error)
logs.configure(_settings)

bind = f"0.0.0.0:{_settings.port}"
worker_class = "gthread"
workers = 1
threads = _settings.threads
graceful_timeout = 10
# Longer than nginx keeps an idle connection, or nginx would send a request into a closing one.
keepalive = 75
reload = _settings.development
errorlog = None
accesslog = None
logger_class = JsonLogger
# The heartbeat's file: never on a disk, which can stall, and the root is read-only.
_memory = Path("/dev/shm")  # noqa: S108
worker_tmp_dir = str(_memory) if _memory.is_dir() else None
control_socket_disable = True
# The shell settles forwarded headers; gunicorn is to believe nobody.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
proc_name = _settings.app
