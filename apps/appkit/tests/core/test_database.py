"""Waiting for the database, and the circuit breaker."""

import logging
from collections.abc import Sequence

import pytest

from appkit.database import Breaker, DatabaseDown, NotReady, wait


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.now += seconds


class Fake:
    """Answers from second `up` on; its migrations are applied from second `migrated` on."""

    def __init__(self, clock: Clock, up: float = 0, migrated: float = 0) -> None:
        self.clock, self.up, self.migrated = clock, up, migrated

    def ping(self) -> None:
        if self.clock.now < self.up:
            raise DatabaseDown("refused")

    def pending(self) -> Sequence[str]:
        return ["ledger.0001"] if self.clock.now < self.migrated else []

    def close(self) -> None: ...

    def stuck(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("up", "done", "migrated", "least"),
    [(0, 0, True, 0), (5, 0, True, 5), (0, 5, True, 5), (2, 50, False, 2)],
)
def test_it_waits_no_longer_than_needed(
    up: float, done: float, migrated: bool, least: float
) -> None:
    clock = Clock()
    wait(Fake(clock, up, done), migrated=migrated, clock=clock)
    assert least <= clock.now <= least + 0.5


@pytest.mark.parametrize(
    ("up", "done", "reason"),
    [
        (99, 0, r"gave up after 10 s: the database does not answer \(refused\)"),
        (0, 99, r"1 migrations are not applied: run `python manage.py prepare` once"),
    ],
)
def test_the_timeout_names_the_reason(up: float, done: float, reason: str) -> None:
    clock = Clock()
    with pytest.raises(NotReady, match=reason):
        wait(Fake(clock, up, done), migrated=True, timeout=10, clock=clock)


def test_it_logs_every_few_seconds(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    with caplog.at_level(logging.INFO):
        wait(Fake(clock, up=10), migrated=True, clock=clock)
    assert [record.getMessage() for record in caplog.records] == [
        "waiting: the database does not answer (refused)"
    ] * 3


def test_it_uses_the_real_clock_by_default() -> None:
    wait(Fake(Clock()), migrated=True)


def test_a_breaker_is_open_for_one_pause() -> None:
    clock = Clock()
    clock.now = 100
    breaker = Breaker(pause=1, monotonic=clock.monotonic)
    seen = [breaker.open]
    breaker.trip()
    seen.append(breaker.open)
    clock.now += 1
    seen.append(breaker.open)
    assert seen == [False, True, False]
