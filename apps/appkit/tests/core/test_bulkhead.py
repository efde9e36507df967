"""A slow service occupies a limited number of threads, for a limited time."""

import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import pytest

from appkit import bulkhead
from appkit.bulkhead import Bulkhead, Unavailable

_variable = ContextVar("_variable", default="")


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """An event that ends the slow calls of a test."""
    event = threading.Event()
    yield event
    event.set()


def test_the_result_and_the_exception_of_a_call() -> None:
    _variable.set("of the request")
    places = Bulkhead(1, seconds=30)
    assert places.call(_variable.get) == "of the request"
    for error in (KeyError("no"), TimeoutError()):

        def fail(error: Exception = error) -> None:
            raise error

        with pytest.raises(type(error)) as caught:
            places.call(fail)
        assert caught.value is error
    assert places.call(lambda: 8) == 8


def test_a_slow_call_ends_for_its_caller_and_keeps_its_place(released: threading.Event) -> None:
    places = Bulkhead(1, seconds=0.01)
    ended = threading.Event()

    def slow() -> None:
        released.wait(60)
        ended.set()

    with pytest.raises(Unavailable):
        places.call(slow)
    with pytest.raises(Unavailable):
        places.call(lambda: pytest.fail("it has no place"))
    released.set()
    assert ended.wait(30)


def test_after_a_slow_call_no_call_waits_for_a_place(
    released: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulkhead, "PATIENCE_SECONDS", 0.005)
    places = Bulkhead(1, seconds=0.01)
    with pytest.raises(Unavailable):
        places.call(lambda: released.wait(60))
    waits: list[object] = []
    acquire = places._places.acquire

    def recorded(*args: Any, **options: Any) -> bool:
        waits.append(options["timeout"])
        return acquire(*args, **options)

    monkeypatch.setattr(places._places, "acquire", recorded)
    with pytest.raises(Unavailable):
        places.call(lambda: None)
    assert waits == [0]


def test_a_burst_of_quick_calls_waits_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulkhead, "PATIENCE_SECONDS", 30)
    places = Bulkhead(1, seconds=60)
    released = threading.Event()
    results: list[int] = []
    first = threading.Thread(target=lambda: places.call(lambda: released.wait(60)))
    first.start()
    second = threading.Thread(target=lambda: results.append(places.call(lambda: 7)))
    second.start()
    released.set()
    first.join(30)
    second.join(30)
    assert results == [7]


def test_the_oldest_call_decides_whether_others_wait() -> None:
    places = Bulkhead(2, 60)
    places._starts["new"] = time.monotonic()
    assert 0 <= places._patience() <= bulkhead.PATIENCE_SECONDS
    places._starts["old"] = time.monotonic() - bulkhead.PATIENCE_SECONDS
    assert places._patience() == 0
