"""Concurrent saves: in parallel on Postgres, sequentially on SQLite, which has a single writer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from workbench.api import ApiError
from workbench.diagrams import store
from workbench.diagrams.rules import Drawing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

WRITERS = 12


def run_concurrently(work: Callable[[int], object]) -> list[bool]:
    """Calls `work` `WRITERS` times; for each call, whether it succeeded without an `ApiError`."""
    parallel = connection.vendor == "postgresql"
    barrier = Barrier(WRITERS)

    def attempt(number: int) -> bool:
        if parallel:
            barrier.wait()
        try:
            work(number)
        except ApiError:
            return False
        finally:
            if parallel:
                connections.close_all()
        return True

    if not parallel:
        return [attempt(number) for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(attempt, range(WRITERS)))


def test_only_one_of_many_saves_of_the_same_version_succeeds() -> None:
    diagram = store.create(Drawing("Tea", (), ()))

    def save(number: int) -> None:
        store.save(diagram.pk, Drawing(f"Tea {number}", (), ()), 1)

    succeeded = run_concurrently(save)
    assert succeeded.count(True) == 1
    diagram.refresh_from_db()
    assert (diagram.name, diagram.version) == (f"Tea {succeeded.index(True)}", 2)
