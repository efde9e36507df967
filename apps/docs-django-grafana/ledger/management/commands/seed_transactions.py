"""`manage.py seed_transactions`: adds fictional transactions, for demos and load tests."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from ledger.demo import COUNT, seed

MAX_COUNT = 1_000_000


class Command(BaseCommand):
    help = "Adds fictional transactions over the last two months."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=COUNT, help=f"1 to {MAX_COUNT:,}")
        parser.add_argument("--key", type=int, default=1, help="seed of the random numbers")

    def handle(self, *_args: Any, **options: Any) -> None:
        count: int = options["count"]
        if not 1 <= count <= MAX_COUNT:
            raise CommandError(f"--count is {count}; give a number from 1 to {MAX_COUNT:,}")
        self.stdout.write(f"{seed(count, options['key'])} transactions added")
