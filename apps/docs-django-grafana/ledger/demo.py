"""Plainly fictional transactions, the same on each machine but for their dates."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ledger.models import Kind, Transaction

ACCOUNTS = ("harbour-kiosk", "lantern-books", "north-depot", "orchard-stall")
"""Shops that book; nobody can sign in as one, since they have no password."""

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
_MOST = {Kind.SALE: 480, Kind.DEPOSIT: 900, Kind.REFUND: 90, Kind.FEE: 60, Kind.WITHDRAWAL: 700}


def load() -> int:
    """Demo transactions where there is none at all. Returns how many were made."""
    return 0 if Transaction.objects.exists() else seed(COUNT)


@transaction.atomic
def seed(count: int, key: int = 1) -> int:
    """Makes `count` transactions over the last `DAYS` days; another `key`, other ones.

    Returns `count`.
    """
    dice = random.Random(key)  # noqa: S311
    users = [_account(name) for name in ACCOUNTS]
    now = timezone.now().replace(microsecond=0)
    Transaction.objects.bulk_create(
        (
            _invent(dice, users, now - timedelta(minutes=dice.randrange(DAYS * 24 * 60)))
            for _ in range(count)
        ),
        batch_size=1000,
    )
    return count


def _account(name: str) -> User:
    user, new = User.objects.get_or_create(username=name)
    if new:
        user.set_unusable_password()
        user.save()
    return user


def _invent(dice: random.Random, users: list[User], time: datetime) -> Transaction:
    (kind,) = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
    return Transaction(
        user=dice.choice(users),
        type=kind,
        amount=Decimal(dice.randrange(150, 100 * _MOST[kind])) / 100,
        note=dice.choice(_NOTES[kind]),
        time=time,
    )
