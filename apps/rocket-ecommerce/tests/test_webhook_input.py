"""Webhook requests that are forged, malformed, or do not concern the shop."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from rocket.orders.models import Order, OrderState
from rocket.payments.models import Event
from tests.purchases import buy, state_of
from tests.stripe_events import (
    COMPLETED,
    deliver,
    event,
    ledger_entries,
    refund,
    session,
    signature,
)

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def order(sparrow: int) -> Order:
    """An unpaid order of two SP-BLUE: €43.00. One SP-BLUE is left."""
    return buy(("SP-BLUE", 2))


@pytest.mark.parametrize(
    "forged_signature",
    [
        lambda _payload: "",
        lambda _payload: "nonsense",
        lambda _payload: "t=,v1=",
        lambda _payload: "t=1e9,v1=abc",
        lambda payload: signature(payload, secret="whsec_another"),
        lambda payload: signature(payload + b" "),
        lambda payload: signature(payload, age=301),
        lambda payload: signature(payload).replace("v1=", "v0="),
    ],
)
def test_a_missing_wrong_or_old_signature_is_refused(order: Order, forged_signature: Any) -> None:
    payload = json.dumps(event("evt_1", COMPLETED, session(order.key, 4300))).encode()
    response = Client().post(
        "/stripe/webhook",
        payload,
        content_type="application/json",
        headers={"Stripe-Signature": forged_signature(payload)},
    )
    assert (response.status_code, response.json()) == (400, {"status": "refused"})
    assert state_of(order) is OrderState.AWAITING
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("customer.created", {}),
        ("payment_intent.succeeded", {}),
        (COMPLETED, {"client_reference_id": None}),
        (COMPLETED, {"client_reference_id": "of-another-shop"}),
        (COMPLETED, {"payment_status": "no_payment_required"}),
        (COMPLETED, {"currency": "xxx"}),
        ("checkout.session.expired", {"client_reference_id": None}),
    ],
)
def test_events_that_do_not_concern_the_shop_are_ignored(
    order: Order, kind: str, changes: dict[str, Any]
) -> None:
    response = deliver(event("evt_1", kind, session(order.key, 4300, **changes)))
    assert response == (200, "ignored")
    assert state_of(order) is OrderState.AWAITING
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"payment_intent": None}, {"currency": "xxx"}],
)
def test_refunds_that_do_not_concern_the_shop_are_ignored(
    order: Order, changes: dict[str, Any]
) -> None:
    response = deliver(event("evt_1", "refund.created", refund(order.key, 1, **changes)))
    assert response == (200, "ignored")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_total": -1},
        {"amount_total": 0},
        {"amount_total": 2**31},
        {"amount_total": True},
        {"amount_total": "4300"},
        {"amount_total": None},
        {"payment_intent": None},
        {"payment_intent": "pi\0"},
        {"payment_intent": "p" * 256},
        {"payment_intent": ""},
        {"currency": None},
        {"client_reference_id": 7},
        {"client_reference_id": "\ud800"},
        {"customer_details": "nobody"},
        {"customer_details": {"email": "a\nb"}},
    ],
)
def test_a_signed_event_with_an_invalid_field_is_refused(
    order: Order, changes: dict[str, Any]
) -> None:
    response = deliver(event("evt_1", COMPLETED, session(order.key, 4300, **changes)))
    assert response == (400, "refused")
    assert ledger_entries() == []


@pytest.mark.parametrize("amount", [0, -1, True])
def test_a_refund_of_an_invalid_amount_is_refused(order: Order, amount: int) -> None:
    response = deliver(event("evt_1", "refund.created", refund(order.key, amount)))
    assert response == (400, "refused")
    assert ledger_entries() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"7",
        b"{}",
        b"{",
        b"\xff\xfe",
        b'{"object": "event"}',
        b'{"object": "event", "type": 7, "data": {"object": {}}}',
        b'{"object": "event", "type": "checkout.session.completed", "data": []}',
        b'{"object": "event", "type": "checkout.session.completed", "data": {"object": []}}',
        b"[" * 100_000,
    ],
)
def test_a_signed_body_that_is_not_an_event_is_refused(db: None, body: bytes) -> None:
    response = Client().post(
        "/stripe/webhook",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature(body)},
    )
    assert response.status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
FIELDS = [*session("", 1), "id", "amount", "status"]


@settings(max_examples=60)
@given(
    kind=st.sampled_from([COMPLETED, "checkout.session.expired", "refund.updated"]) | st.text(),
    fields=st.dictionaries(st.sampled_from(FIELDS), JSON),
    outer=st.dictionaries(st.sampled_from(["id", "created", "data"]), JSON, max_size=1),
)
def test_random_signed_events_get_an_expected_status(
    db: None, kind: str, fields: dict[str, Any], outer: dict[str, Any]
) -> None:
    content = session("order", 100) | refund("order", 100) | fields
    status, _ = deliver(event("evt_1", kind, content) | outer)
    assert status in (200, 400)


def test_other_methods_are_not_allowed(db: None, client: Client) -> None:
    assert client.get("/stripe/webhook").status_code == 405


def test_a_body_of_ten_megabytes_is_refused(db: None, client: Client) -> None:
    response = client.post("/stripe/webhook", b"x" * 10_000_000, content_type="application/json")
    assert response.status_code == 413
