"""The same visitor in two tabs at once, on a database that really does two things at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from rocket.cart import rules
from tests.shelves import Shelve

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connections["default"].vendor != "postgresql", reason="SQLite has one writer at a time"
    ),
]


def test_adding_in_two_tabs_loses_nothing_and_exceeds_nothing(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 100, 7))
    key = rules.add(None, "S", 1, currency="EUR", now=timezone.now())
    tabs = 8
    together = Barrier(tabs)

    def tab(_number: int) -> bool:
        together.wait()
        try:
            rules.add(key, "S", 1, currency="EUR", now=timezone.now())
        except rules.CartError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(tabs) as pool:
        done = list(pool.map(tab, range(tabs)))
    assert done.count(True) == 6
    assert rules.count(key) == 7
