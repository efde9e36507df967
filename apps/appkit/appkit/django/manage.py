"""The implementation of an application's `manage.py`."""

import os
import signal
import sys
from typing import NoReturn

from django.core.management import execute_from_command_line

from appkit.env import SettingError, exit_with


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


def main(settings_module: str, argv: list[str] | None = None) -> None:
    """Runs a command; `create-admin` is another spelling of `create_admin`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    # The kernel ignores SIGTERM for process 1 of a container without a handler.
    signal.signal(signal.SIGTERM, _stop)
    name, *rest = sys.argv if argv is None else argv
    command = [argument.replace("-", "_") for argument in rest[:1] if not argument.startswith("-")]
    try:
        execute_from_command_line([name, *(command or rest[:1]), *rest[1:]])
    except SettingError as error:
        exit_with(error)
