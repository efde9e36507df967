"""The gateway to Stripe: its settings, and its handling of unexpected responses."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from appkit.env import Environment, SettingError
from rocket.orders import rules as orders
from rocket.payments import checkout
from rocket.payments.errors import InvalidEvent, StripeUnavailable
from rocket.payments.gateway import Gateway, configure
from stripe_fake.server import Response, StripeFake
from tests.purchases import buy, only_session
from tests.stripe_events import event, signature

KEYS = {
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}
PUBLIC = "https://shop.example/rocket"


def read_settings(values: Mapping[str, str], public: str = PUBLIC) -> Gateway | None:
    with Environment(values) as env:
        return configure(env, public)


def test_settings() -> None:
    assert read_settings({}) is None
    assert read_settings({}, "") is None
    assert read_settings(KEYS) == Gateway("sk_test_1", "whsec_1", PUBLIC, "https://api.stripe.com")
    other = read_settings({**KEYS, "STRIPE_API_BASE": "http://stripe:12111"})
    assert other
    assert other.api_base == "http://stripe:12111"


@pytest.mark.parametrize(
    ("changes", "public", "message"),
    [
        ({"STRIPE_SECRET_KEY": ""}, PUBLIC, "STRIPE_SECRET_KEY is missing"),
        ({"STRIPE_SECRET_KEY": "pk_test_1"}, PUBLIC, "STRIPE_SECRET_KEY must be"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, PUBLIC, "STRIPE_WEBHOOK_SECRET is missing"),
        ({"STRIPE_WEBHOOK_SECRET": "secret"}, PUBLIC, "STRIPE_WEBHOOK_SECRET must be"),
        ({"STRIPE_API_BASE": "stripe"}, PUBLIC, "STRIPE_API_BASE must be"),
        ({}, "", "PUBLIC_URL is missing"),
    ],
)
def test_bad_settings(changes: Mapping[str, str], public: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        read_settings({**KEYS, **changes}, public)


@pytest.mark.parametrize(("threads", "calls"), [(1, 1), (2, 1), (4, 2), (9, 4), (64, 32)])
def test_at_most_half_of_the_threads_wait_for_stripe(threads: int, calls: int) -> None:
    with Environment(KEYS) as env:
        gateway = configure(env, PUBLIC, threads=threads)
    assert gateway
    assert gateway.max_calls == calls


def test_closing_a_session_fails_if_stripe_does_not_show_it(
    sparrow: int, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, stripe_fake: StripeFake
) -> None:
    for status, kind in ((400, "invalid_request_error"), (500, "api_error")):
        responses = iter([(400, "invalid_request_error"), *[(status, kind)] * 2])

        def refuse(*_args: object, responses: Any = responses) -> Response:
            code, name = next(responses)
            return Response(code, {"error": {"type": name, "message": "no"}})

        monkeypatch.setattr(stripe_fake, "handle", refuse)
        with pytest.raises(StripeUnavailable) as caught:
            gateway.close_session("cs_test_1")
        assert (caught.value.code, caught.value.action) == ("failed", "get-session")


def test_the_session_of_an_order_that_was_cancelled_meanwhile_is_closed(
    sparrow: int, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    order = buy(("SP-RED", 1))
    orders.cancel(order.pk)
    with pytest.raises(checkout.OrderNotPayable):
        checkout.start(gateway, order)
    assert only_session(stripe_fake)["status"] == "expired"


def test_a_session_without_a_url_counts_as_unavailable(
    sparrow: int, gateway: Gateway, stripe_fake: StripeFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_url(*_args: object) -> Response:
        return Response(200, {"id": "cs_1", "object": "checkout.session", "url": None})

    monkeypatch.setattr(stripe_fake, "handle", no_url)
    with pytest.raises(StripeUnavailable) as caught:
        checkout.start(gateway, buy(("SP-RED", 1)))
    assert (caught.value.code, caught.value.action) == ("bad-response", "open-session")


def test_an_old_signature_is_refused(gateway: Gateway) -> None:
    payload = json.dumps(event("evt_1", "checkout.session.completed", {})).encode()
    assert gateway.verified_event(payload, signature(payload, age=290))["id"] == "evt_1"
    with pytest.raises(InvalidEvent):
        gateway.verified_event(payload, signature(payload, age=301))
