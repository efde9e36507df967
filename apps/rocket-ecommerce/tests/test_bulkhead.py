"""A slow service occupies a limited number of threads, for a limited time."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from rocket.orders.models import Order, OrderState
from rocket.payments import bulkhead
from rocket.payments.bulkhead import Bulkhead, Unavailable
from rocket.payments.gateway import Gateway, StripeUnavailable
from stripe_fake.server import StripeFake
from tests.purchases import check_out, stock_of


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """An event that ends the slow calls of a test."""
    event = threading.Event()
    yield event
    event.set()


def test_the_result_and_the_exception_of_a_call() -> None:
    places = Bulkhead(1, seconds=30)
    assert places.call(lambda: 7) == 7
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


def test_a_silent_stripe_occupies_half_of_the_threads(
    buyer: Client,
    gateway: Gateway,
    stripe_fake: StripeFake,
    released: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handled: list[str] = []

    def silent(method: str, target: str, *_request: object) -> Any:
        handled.append(target)
        released.wait(60)
        return StripeFake.handle(stripe_fake, method, target, *_request)  # type: ignore[arg-type]

    monkeypatch.setattr(stripe_fake, "handle", silent)
    gateway.__dict__["_bulkhead"] = Bulkhead(gateway.max_calls, seconds=0.2)
    assert gateway.max_calls == 2
    for _ in range(4):
        response = check_out(buyer)
        assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert len(handled) <= 2
    # Nobody was charged, and other pages are served.
    assert set(Order.objects.values_list("state", flat=True)) == {OrderState.CANCELLED}
    assert stock_of("SP-RED") == 30
    assert buyer.get("/cart/").status_code == 200


def test_a_call_without_a_place_is_unavailable(gateway: Gateway, released: threading.Event) -> None:
    places = Bulkhead(1, seconds=0.01)
    gateway.__dict__["_bulkhead"] = places
    with pytest.raises(Unavailable):
        places.call(lambda: released.wait(60))
    with pytest.raises(StripeUnavailable) as caught:
        gateway.session("cs_test_1")
    assert (caught.value.code, caught.value.action) == ("no-response", "get-session")
