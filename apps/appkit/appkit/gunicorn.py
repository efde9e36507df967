"""gunicorn's configuration for every application: `gunicorn --config python:appkit.gunicorn …`.

One worker process runs several threads; an application scales by its number of replicas. The
master process waits for the database before it opens the socket, so no client connects to a process
that cannot answer yet. gunicorn reads the variables of this module that are named like its
settings, and ignores all others.
"""

import multiprocessing
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from gunicorn.glogging import Logger

from appkit import database, logs, metrics, settings
from appkit.env import SettingError, exit_with
from appkit.wsgi import ServiceMiddleware

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Passes gunicorn's messages to the root logger; the middleware logs the requests."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def on_starting(server: "Arbiter") -> None:
    """Returns once the application can serve; otherwise prints the reason and ends the process."""
    if not reload:
        _wait_for_database(server)
        return
    # A worker cannot reload modules that the master has imported: check in another process.
    check = multiprocessing.get_context("fork").Process(target=_wait_for_database, args=(server,))
    check.start()
    check.join()
    if check.exitcode:
        sys.exit(check.exitcode)


def _wait_for_database(server: "Arbiter") -> None:
    try:
        application: ServiceMiddleware = server.app.wsgi()
        database.wait(application.database, migrated=True)
    except SettingError as error:
        exit_with(error)
    except database.NotReady as error:
        server.log.error("%s", error)
        sys.exit(1)
    application.database.close()


def post_worker_init(worker: "Worker") -> None:
    """Serves the metrics from the worker, which counts the requests; no thread survives a fork."""
    metrics.start(worker.wsgi)


# The kernel ignores SIGTERM for process 1 of a container without a handler. gunicorn installs its
# own handlers later.
signal.signal(signal.SIGTERM, _stop)

try:
    _settings = settings.read()
except SettingError as error:
    exit_with(error)
logs.configure(_settings)

bind = f"0.0.0.0:{_settings.port}"
worker_class = "gthread"
workers = 1
threads = _settings.threads
graceful_timeout = 10
# Longer than nginx keeps an idle connection: otherwise nginx may send a request on a connection
# that gunicorn is closing.
keepalive = 75
reload = _settings.development
errorlog = None
accesslog = None
logger_class = JsonLogger
# The heartbeat file: a disk can stall, and the root file system is read-only.
_memory = Path("/dev/shm")  # noqa: S108
worker_tmp_dir = str(_memory) if _memory.is_dir() else None
control_socket_disable = True
# The middleware evaluates forwarded headers; gunicorn must trust none.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
proc_name = _settings.app
