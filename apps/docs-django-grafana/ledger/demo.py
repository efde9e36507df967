"""Fictional transactions, the same on every machine except for their dates."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ledger.models import Kind, Transaction

ACCOUNTS = ("harbour-kiosk", "lantern-books", "north-depot", "orchard-stall")
"""Accounts of shops. They have no password, so nobody can sign in with them."""

COUNT = 240
DAYS = 60

_NOTES = {
    Kind.SALE: ("Till receipts", "Blue enamel mugs", "Atlas, second edition", "Cider, 12 bottles"),
    Kind.DEPOSIT: ("Cash to bank", "Float returned"),
    Kind.REFUND: ("Chipped mug", "Wrong size sent"),
    Kind.FEE: ("Card terminal", "Market pitch"),
    Kind.WITHDRAWAL: ("Float for the till", "Wages"),
}
_WEIGHTS = {Kind.SALE: 60, Kind.DEPOSIT: 10, Kind.REFUND: 8, Kind.FEE: 10, Kind.WITHDRAWAL: 12}
_MAX_AMOUNT = {
    Kind.SALE: 480,
    Kind.DEPOSIT: 900,
    Kind.REFUND: 90,
    Kind.FEE: 60,
    Kind.WITHDRAWAL: 700,
}


def load() -> int:
    """Creates demo transactions if there are no transactions. Returns the number created."""
    return 0 if Transaction.objects.exists() else seed(COUNT)


@transaction.atomic
def seed(count: int, key: int = 1) -> int:
    """Creates `count` transactions over the last `DAYS` days, and returns `count`.

    `key` seeds the random numbers: the same key gives the same transactions.
    """
    rng = random.Random(key)  # noqa: S311
    users = [_account(name) for name in ACCOUNTS]
    now = timezone.now().replace(microsecond=0)
    Transaction.objects.bulk_create(
        (
            _random_transaction(rng, users, now - timedelta(minutes=rng.randrange(DAYS * 24 * 60)))
            for _ in range(count)
        ),
        batch_size=1000,
    )
    return count


def _account(name: str) -> User:
    user, created = User.objects.get_or_create(username=name)
    if created:
        user.set_unusable_password()
        user.save()
    return user


def _random_transaction(rng: random.Random, users: list[User], time: datetime) -> Transaction:
    (kind,) = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
    return Transaction(
        user=rng.choice(users),
        type=kind,
        amount=Decimal(rng.randrange(150, 100 * _MAX_AMOUNT[kind])) / 100,
        note=rng.choice(_NOTES[kind]),
        time=time,
    )
