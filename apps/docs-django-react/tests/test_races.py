"""Many at once: on Postgres really, on SQLite, which has one writer at a time, one by one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from workbench.api import Refusal
from workbench.diagrams import store
from workbench.diagrams.rules import Drawing

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 12


def at_once(work: Callable[[int], object]) -> list[bool]:
    """Whether each of `MANY` was let through, and not refused."""
    racing = connection.vendor == "postgresql"
    together = Barrier(MANY)

    def one(number: int) -> bool:
        if racing:
            together.wait()
        try:
            work(number)
        except Refusal:
            return False
        finally:
            if racing:
                connections.close_all()
        return True

    if not racing:
        return [one(number) for number in range(MANY)]
    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_of_many_who_save_the_same_version_one_wins() -> None:
    diagram = store.create(Drawing("Tea", (), ()))

    def save(number: int) -> None:
        store.save(diagram.pk, Drawing(f"Tea {number}", (), ()), 1)

    done = at_once(save)
    assert done.count(True) == 1
    diagram.refresh_from_db()
    assert (diagram.name, diagram.version) == (f"Tea {done.index(True)}", 2)
