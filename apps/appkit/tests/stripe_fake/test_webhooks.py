"""Events are signed and delivered, and tests can read, repeat and withhold them."""

import threading
import time

import pytest
import stripe

from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY, WEBHOOK_SECRET
from stripe_fake.webhooks import Endpoint, sign

from .conftest import GOOD, body, create, paid


def test_a_payment_with_held_webhooks_delivers_none(stripe_fake: StripeFake) -> None:
    stripe_fake.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    session = body(create(stripe_fake, GOOD))["id"]
    stripe_fake.handle("POST", f"/c/pay/{session}", {}, "how=now&webhooks=held")
    events = stripe_fake.accounts[KEY].events
    assert [stripe_fake.deliveries[event] for event in events] == [[], []]
    paid(stripe_fake)
    assert [stripe_fake.deliveries[event] for event in events] == [[], [], [0], [0]]


def test_every_buyer_waits_for_all_webhooks(
    stripe_fake: StripeFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both buyers wait, although only one of their requests delivers the webhooks."""
    called, may_return = threading.Event(), threading.Event()

    def deliver(_endpoint: Endpoint, _event: object) -> list[int]:
        called.set()
        may_return.wait(10)
        return [200]

    monkeypatch.setattr(Endpoint, "deliver", deliver)
    stripe_fake.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    buyers = [threading.Thread(target=paid, args=(stripe_fake,)) for _ in range(2)]
    for buyer in buyers:
        buyer.start()
    assert called.wait(10)
    assert [buyer.is_alive() for buyer in buyers] == [True, True]
    may_return.set()
    for buyer in buyers:
        buyer.join(10)
    assert [len(statuses) for statuses in stripe_fake.deliveries.values()] == [1] * 4


def test_tests_can_read_and_repeat_events_and_cause_errors(stripe_fake: StripeFake) -> None:
    stripe_fake.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    paid(stripe_fake)
    events = body(stripe_fake.handle("GET", f"/test/{KEY}/events", {}, ""))["data"]
    assert [event["type"] for event in events] == ["charge.succeeded", "checkout.session.completed"]
    assert [event["deliveries"] for event in events] == [[0], [0]]
    target = f"/test/{KEY}/events/{events[0]['id']}"
    repeated = stripe_fake.handle("POST", target, {}, "times=3&age=10")
    assert repeated.body == {"statuses": [0, 0, 0]}
    stripe_fake.handle("POST", f"/test/{KEY}/trouble", {}, "status=500&times=2")
    assert [create(stripe_fake, GOOD).status for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize("age", [0, 290])
def test_the_sdk_accepts_the_signature(age: int) -> None:
    payload = '{"id": "evt_1", "text": "é"}'
    signature = sign(payload.encode(), WEBHOOK_SECRET, int(time.time()) - age)
    assert stripe.WebhookSignature.verify_header(payload, signature, WEBHOOK_SECRET, 300)
