"""Logging to standard output: each message is one line with one JSON object."""

import json
import logging
import logging.config
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from appkit.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The ID of the request that this thread handles; empty outside of a request."""


class JsonFormatter(logging.Formatter):
    """Writes time, level, application, replica, request ID, message and `extra["fields"]`."""

    def __init__(self, app: str, replica: str) -> None:
        super().__init__()
        self._origin = {"app": app, "replica": replica}

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            **self._origin,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if identity := request_id.get():
            line["request_id"] = identity
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def config(settings: Settings) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig` and Django's `LOGGING`."""
    inherited = {"handlers": list[str](), "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": JsonFormatter, "app": settings.app, "replica": settings.replica}
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stdout",
            }
        },
        "root": {"level": "INFO", "handlers": ["stdout"]},
        "loggers": {
            # Frameworks add handlers of their own; only the root's handler may write.
            "django": inherited,
            "django.server": inherited,
            # The middleware's line about the request already has the status 404.
            "django.request": {**inherited, "level": "ERROR"},
            # Its messages say that a client sent an invalid request, or ended one.
            "uvicorn.error": {**inherited, "level": "ERROR"},
        },
    }


def configure(settings: Settings) -> None:
    """Applies the configuration to this process."""
    logging.config.dictConfig(config(settings))
