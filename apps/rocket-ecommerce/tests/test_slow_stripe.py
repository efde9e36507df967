"""A slow or silent Stripe occupies half of the threads, for a limited time."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from appkit.bulkhead import Bulkhead, Unavailable
from rocket.orders.models import Order, OrderState
from rocket.payments.errors import StripeUnavailable
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from tests.purchases import check_out, stock_of


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """An event that ends the slow calls of a test."""
    event = threading.Event()
    yield event
    event.set()


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
