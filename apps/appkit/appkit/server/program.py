"""The program of the server: it serves a WSGI application until SIGTERM.

One process runs several threads; an application scales by its number of replicas. It waits for the
database before it opens the socket, so no client connects to a process that cannot answer yet.
"""

import importlib
import logging
import signal
import sys
from functools import partial
from typing import NoReturn

import uvicorn
from uvicorn.supervisors import ChangeReload

from appkit import database, logs, metrics, settings
from appkit.env import SettingError, exit_with
from appkit.server.gateway import Gateway
from appkit.server.protocol import BoundedProtocol
from appkit.server.workers import Workers
from appkit.settings import Settings
from appkit.wsgi import ServiceMiddleware

KEEP_ALIVE_SECONDS = 75
"""Longer than nginx keeps an idle connection: otherwise nginx may send a request on a connection
that this process is closing."""

GRACEFUL_SECONDS = 10
"""Seconds after SIGTERM in which requests may end."""

logger = logging.getLogger("appkit.server")


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def load(target: str) -> ServiceMiddleware:
    """The application at `MODULE:NAME`."""
    module, name = target.split(":")
    service: ServiceMiddleware = getattr(importlib.import_module(module), name)
    return service


def configuration(application: Gateway | str, current: Settings) -> uvicorn.Config:
    """The settings of uvicorn."""
    return uvicorn.Config(
        application,
        host="0.0.0.0",  # noqa: S104  # the port of a container
        port=current.port,
        loop="asyncio",
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        # The middleware evaluates forwarded headers.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        reload=current.development,
    )


def serve(target: str, sockets: object = None) -> None:  # noqa: ARG001  # uvicorn passes it
    """Serves until a signal. Otherwise prints the reason and ends the process."""
    # The kernel ignores SIGTERM for process 1 of a container without a handler. uvicorn installs
    # its own handler later.
    signal.signal(signal.SIGTERM, _stop)
    try:
        current = settings.read()
        logs.configure(current)
        service = load(target)
        database.wait(service.database, migrated=True)
        service.database.close()
    except SettingError as error:
        exit_with(error)
    except database.NotReady as error:
        logger.error("%s", error)
        sys.exit(1)
    metrics.start(service)
    for sweeper in service.sweepers:
        sweeper.start()
    uvicorn.Server(configuration(Gateway(service, Workers(current.threads)), current)).run()


def main(target: str) -> None:
    """Serves the application at `MODULE:NAME`.

    In development another process does, which is replaced when a source changes.
    """
    try:
        current = settings.read()
    except SettingError as error:
        exit_with(error)
    if not current.development:
        serve(target)
        return
    logs.configure(current)
    ChangeReload(configuration(target, current), partial(serve, target), []).run()
