"""One JSON object a line on stdout, for everything that a process says."""

import json
import logging
import logging.config
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from appkit.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that this thread answers; empty outside of one."""


class JsonFormatter(logging.Formatter):
    """Time, level, application, replica, request id, message, then what `extra["fields"]` adds."""

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
    """For `logging.config.dictConfig`, and for Django's `LOGGING`."""
    ours = {"handlers": list[str](), "propagate": True}
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
            # Frameworks bring handlers of their own; only the root's may speak.
            "django": ours,
            "django.server": ours,
            # What is not found is in the request's own line already.
            "django.request": {**ours, "level": "ERROR"},
            "gunicorn.error": ours,
        },
    }


def configure(settings: Settings) -> None:
    """Makes this process log so."""
    logging.config.dictConfig(config(settings))
