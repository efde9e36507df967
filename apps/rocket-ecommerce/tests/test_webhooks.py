"""Stripe's events over HTTP: forged, old, twice, out of order; and the ledger that they make."""

import json
from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from rocket.catalog.models import Variant
from rocket.orders import rules as orders
from rocket.orders.models import Order, State
from rocket.payments import events
from rocket.payments.gateway import ForgedEvent, Gateway
from rocket.payments.models import Entry, Event, Payment
from tests.buying import buy, deliver, signature, stock
from tests.stripe_events import event, refund, session

COMPLETED = "checkout.session.completed"

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def order(sparrow: int) -> Order:
    """Two blue ones, so that one is left: €43.00."""
    return buy(("SP-BLUE", 2))


def state(order: Order) -> State:
    order.refresh_from_db()
    return State(order.state)


def ledger() -> list[tuple[str, int]]:
    return [(entry.kind, entry.amount) for entry in Entry.objects.order_by("id")]


def test_a_payment(order: Order) -> None:
    assert deliver(event("evt_1", COMPLETED, session(order.key, 4300))) == (200, "recorded")
    assert state(order) is State.PAID
    assert (order.email, ledger(), stock("SP-BLUE")) == (
        "buyer@example.org",
        [("payment", 4300)],
        1,
    )
    assert order.paid_at


def test_twice_is_once(order: Order) -> None:
    paid = event("evt_1", COMPLETED, session(order.key, 4300))
    told = [deliver(paid) for _ in range(3)]
    assert told == [(200, "recorded"), (200, "known"), (200, "known")]
    # The same payment by another event.
    succeeded = event("evt_2", "checkout.session.async_payment_succeeded", paid["data"]["object"])
    assert deliver(succeeded) == (200, "recorded")
    assert ledger() == [("payment", 4300)]
    assert stock("SP-BLUE") == 1


@pytest.mark.parametrize(
    "forge",
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
def test_what_stripe_did_not_sign_just_now_is_refused(order: Order, forge: Any) -> None:
    payload = json.dumps(event("evt_1", COMPLETED, session(order.key, 4300))).encode()
    response = Client().post(
        "/stripe/webhook",
        payload,
        content_type="application/json",
        headers={"Stripe-Signature": forge(payload)},
    )
    assert (response.status_code, response.json()) == (400, {"status": "refused"})
    assert state(order) is State.AWAITING
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
def test_what_is_not_ours_is_ignored(order: Order, kind: str, changes: dict[str, Any]) -> None:
    told = deliver(event("evt_1", kind, session(order.key, 4300, **changes)))
    assert told == (200, "ignored")
    assert state(order) is State.AWAITING
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"payment_intent": None}, {"currency": "xxx"}],
)
def test_refunds_of_something_else_are_ignored(order: Order, changes: dict[str, Any]) -> None:
    told = deliver(event("evt_1", "refund.created", refund(order.key, 1, **changes)))
    assert told == (200, "ignored")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_total": -1},
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
def test_signed_nonsense_is_refused(order: Order, changes: dict[str, Any]) -> None:
    told = deliver(event("evt_1", COMPLETED, session(order.key, 4300, **changes)))
    assert told == (400, "refused")
    assert ledger() == []


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
def test_signed_bodies_of_another_shape(db: None, body: bytes) -> None:
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
    around=st.dictionaries(st.sampled_from(["id", "created", "data"]), JSON, max_size=1),
)
def test_any_signed_event_is_answered(
    db: None, kind: str, fields: dict[str, Any], around: dict[str, Any]
) -> None:
    thing = session("order", 100) | refund("order", 100) | fields
    told, _ = deliver(event("evt_1", kind, thing) | around)
    assert told in (200, 400)


@pytest.mark.parametrize(
    "kind", ["checkout.session.expired", "checkout.session.async_payment_failed"]
)
def test_a_session_without_money_gives_the_stock_back(order: Order, kind: str) -> None:
    assert deliver(event("evt_1", kind, session(order.key, 4300))) == (200, "recorded")
    assert (state(order), stock("SP-BLUE")) == (State.CANCELLED, 3)


def test_a_payment_that_takes_days(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300, payment_status="unpaid")))
    assert state(order) is State.PROCESSING
    succeeded = "checkout.session.async_payment_succeeded"
    deliver(event("evt_2", succeeded, session(order.key, 4300)))
    assert state(order) is State.PAID


def test_too_little_is_noted_and_does_not_pay(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4299)))
    assert (state(order), ledger()) == (State.AWAITING, [("payment", 4299)])


def test_another_currency_is_noted_and_does_not_pay(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300, currency="jpy")))
    assert (state(order), ledger()) == (State.AWAITING, [("payment", 4300)])


def test_a_session_without_an_address(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300, customer_details=None)))
    assert (state(order), order.email) == (State.PAID, "")


def test_refunds_in_parts(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300)))
    deliver(event("evt_2", "refund.created", refund(order.key, 1300)))
    assert state(order) is State.PAID
    deliver(event("evt_3", "refund.updated", refund(order.key, 1300)))
    deliver(event("evt_4", "refund.created", refund(order.key, 3000, id="re_2")))
    assert (state(order), stock("SP-BLUE")) == (State.REFUNDED, 3)
    assert ledger() == [("payment", 4300), ("refund", -1300), ("refund", -3000)]


def stories(order: str) -> dict[str, list[Mapping[str, Any]]]:
    """What Stripe may tell about one order, by what comes of it."""
    paid = event("evt_paid", COMPLETED, session(order, 4300), 1000)
    begun = event("evt_begun", COMPLETED, session(order, 4300, payment_status="unpaid"), 900)
    succeeded = event(
        "evt_done", "checkout.session.async_payment_succeeded", session(order, 4300), 1000
    )
    failed = event("evt_no", "checkout.session.async_payment_failed", session(order, 4300), 1000)
    back = event("evt_back", "refund.created", refund(order, 4300), 1100)
    bounced = event("evt_bounce", "refund.failed", refund(order, 4300, status="failed"), 1200)
    return {
        "paid": [begun, succeeded, paid],
        "cancelled": [begun, failed],
        "refunded": [paid, back, begun],
        "kept": [paid, back, bounced],
    }


@pytest.mark.parametrize(
    ("story", "after", "left", "booked"),
    [
        ("paid", State.PAID, 1, [4300]),
        ("cancelled", State.CANCELLED, 3, []),
        ("refunded", State.REFUNDED, 3, [-4300, 4300]),
        ("kept", State.PAID, 1, [-4300, 4300, 4300]),
    ],
)
def test_in_whichever_order_and_however_often(
    sparrow: int, story: str, after: State, left: int, booked: list[int]
) -> None:
    told = len(stories("")[story])
    for number, line in enumerate(permutations(range(told))):
        order = buy(("SP-BLUE", 2))
        script = stories(order.key)[story]
        for one in (*line, *reversed(line)):
            mine = {**script[one], "id": f"{script[one]['id']}_{number}"}
            thing = mine["data"]["object"]
            if thing["object"] == "refund":
                mine["data"] = {"object": {**thing, "id": f"re_{number}"}}
            assert deliver(mine)[0] == 200
        entries = Entry.objects.filter(payment__order=order)
        assert (state(order), sorted(entry.amount for entry in entries)) == (after, booked)
        assert stock("SP-BLUE") == left
        Variant.objects.filter(sku="SP-BLUE").update(stock=3)
    assert not Payment.objects.filter(order=None).exists()


def test_a_refund_that_is_told_first_waits_for_its_payment(order: Order) -> None:
    deliver(event("evt_1", "refund.created", refund(order.key, 4300)))
    assert (state(order), Payment.objects.get().order) == (State.AWAITING, None)
    deliver(event("evt_2", COMPLETED, session(order.key, 4300)))
    assert (state(order), stock("SP-BLUE")) == (State.REFUNDED, 3)


def test_money_for_an_order_that_was_given_up(order: Order) -> None:
    orders.cancel(order.pk)
    buy(("SP-BLUE", 3))
    deliver(event("evt_1", COMPLETED, session(order.key, 4300)))
    assert (state(order), stock("SP-BLUE")) == (State.REFUND_DUE, 0)


def test_an_event_that_fails_halfway_can_come_again(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = event("evt_1", COMPLETED, session(order.key, 4300))
    notice = events.read(paid)
    assert notice

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(orders, "settle", fail)
        with pytest.raises(RuntimeError):
            events.record(notice, timezone.now())
    assert (ledger(), Event.objects.count()) == ([], 0)
    assert deliver(paid) == (200, "recorded")


def test_names_in_the_admin(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300)))
    things = (Event.objects.get(), Payment.objects.get(), Entry.objects.get())
    intent = f"pi_{order.key[:8]}"
    assert [str(thing) for thing in things] == [
        f"{COMPLETED} evt_1",
        intent,
        f"Payment {intent}",
    ]


def test_only_posts(db: None, client: Client) -> None:
    assert client.get("/stripe/webhook").status_code == 405


def test_a_body_of_ten_megabytes(db: None, client: Client) -> None:
    response = client.post("/stripe/webhook", b"x" * 10_000_000, content_type="application/json")
    assert response.status_code == 400


def test_the_gateway_itself_refuses_what_is_old(gateway: Gateway) -> None:
    payload = json.dumps(event("evt_1", COMPLETED, {})).encode()
    assert gateway.event(payload, signature(payload, age=290))["id"] == "evt_1"
    with pytest.raises(ForgedEvent):
        gateway.event(payload, signature(payload, age=301))
