"""`manage.py import-sales FILE`: stores the sales of a CSV file, all or none."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from workbench.sales import rows
from workbench.sales.load import store

MAX_SHOWN = 20


class Command(BaseCommand):
    help = "Stores the sales of a CSV file. Importing a file again changes nothing."

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **options)
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = rows.__doc__
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV file in UTF-8; - reads the standard input")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with _opened(options["file"]) as lines:
                found = rows.parse(lines, timezone.now().date())
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except rows.InvalidFile as error:
            raise CommandError(_report(error.problems)) from error
        imported = store(found)
        self.stdout.write(f"created {imported.created}, updated {imported.updated}")


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    # Spreadsheets begin a file in UTF-8 with a byte order mark.
    if name == "-":
        yield TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")
    else:
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            yield file


def _report(problems: list[rows.Problem]) -> str:
    lines = [str(problem) for problem in problems[:MAX_SHOWN]]
    if len(problems) > MAX_SHOWN:
        lines.append(f"and {len(problems) - MAX_SHOWN} more")
    return "\n".join([*lines, "Nothing was imported: correct the file and import it again."])
