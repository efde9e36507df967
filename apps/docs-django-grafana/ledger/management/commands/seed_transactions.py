"""`manage.py seed_transactions`: fictional transactions to try things on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from ledger.demo import COUNT, seed

MOST = 1_000_000


class Command(BaseCommand):
    help = "Adds fictional transactions over the last two months."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=COUNT, help=f"1 to {MOST:,}")
        parser.add_argument("--key", type=int, default=1, help="another key, other transactions")

    def handle(self, *_args: Any, **options: Any) -> None:
        count: int = options["count"]
        if not 1 <= count <= MOST:
            raise CommandError(f"--count must be from 1 to {MOST:,}")
        self.stdout.write(f"{seed(count, options['key'])} transactions added")
