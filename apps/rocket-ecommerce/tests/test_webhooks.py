"""The effects of Stripe's webhook events on orders, stock and ledger."""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from rocket.catalog.models import Variant
from rocket.orders import rules as orders
from rocket.orders.models import Order, OrderState
from rocket.payments import events, ledger
from rocket.payments.models import Entry, Event, Payment
from tests.purchases import buy, state_of, stock_of
from tests.stripe_events import COMPLETED, deliver, event, ledger_entries, refund, session

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def order(sparrow: int) -> Order:
    """An unpaid order of two SP-BLUE: €43.00. One SP-BLUE is left."""
    return buy(("SP-BLUE", 2))


def test_a_payment_marks_the_order_as_paid(order: Order) -> None:
    assert deliver(event("evt_1", COMPLETED, session(order.key, 4300))) == (200, "recorded")
    assert state_of(order) is OrderState.PAID
    assert (order.email, ledger_entries(), stock_of("SP-BLUE")) == (
        "buyer@example.org",
        [("payment", 4300)],
        1,
    )
    assert order.paid_at


def test_a_refund_of_a_part_does_not_change_the_time_of_the_payment(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300)))
    order.refresh_from_db()
    paid_at = order.paid_at
    deliver(event("evt_2", "refund.created", refund(order.key, 1300)))
    assert (state_of(order), order.paid_at) == (OrderState.PAID, paid_at)


@pytest.mark.sqlite
def test_a_repeated_event_has_no_further_effect(order: Order) -> None:
    paid = event("evt_1", COMPLETED, session(order.key, 4300))
    responses = [deliver(paid) for _ in range(3)]
    assert responses == [(200, "recorded"), (200, "known"), (200, "known")]
    # A second event about the same payment.
    succeeded = event("evt_2", "checkout.session.async_payment_succeeded", paid["data"]["object"])
    assert deliver(succeeded) == (200, "recorded")
    assert ledger_entries() == [("payment", 4300)]
    assert stock_of("SP-BLUE") == 1


def test_a_payment_of_one_order_pays_no_other_order(
    order: Order, sparrow: int, caplog: pytest.LogCaptureFixture
) -> None:
    other = buy(("SP-BLUE", 1))
    intent = {"payment_intent": "pi_1"}
    deliver(event("evt_1", COMPLETED, session(order.key, 4300, **intent)))
    moved = session(other.key, 4300, customer_details={"email": "eve@example.org"}, **intent)
    for number, kind in enumerate((COMPLETED, "checkout.session.async_payment_succeeded")):
        assert deliver(event(f"evt_moved_{number}", kind, moved)) == (200, "recorded")
    assert (state_of(order), state_of(other)) == (OrderState.PAID, OrderState.AWAITING)
    assert (Payment.objects.get().order, other.email) == (order, "")
    assert ledger_entries() == [("payment", 4300)]
    assert "of another order" in caplog.text


@pytest.mark.parametrize(
    "kind", ["checkout.session.expired", "checkout.session.async_payment_failed"]
)
def test_a_failed_payment_cancels_the_order_and_releases_its_stock(order: Order, kind: str) -> None:
    assert deliver(event("evt_1", kind, session(order.key, 4300))) == (200, "recorded")
    assert (state_of(order), stock_of("SP-BLUE")) == (OrderState.CANCELLED, 3)


def test_a_pending_payment_that_succeeds_marks_the_order_as_paid(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300, payment_status="unpaid")))
    assert state_of(order) is OrderState.PROCESSING
    succeeded = "checkout.session.async_payment_succeeded"
    deliver(event("evt_2", succeeded, session(order.key, 4300)))
    assert state_of(order) is OrderState.PAID


def test_too_small_a_payment_is_recorded_but_the_order_is_not_paid(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4299)))
    assert (state_of(order), ledger_entries()) == (OrderState.AWAITING, [("payment", 4299)])


def test_a_payment_in_another_currency_is_recorded_but_the_order_is_not_paid(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300, currency="jpy")))
    assert (state_of(order), ledger_entries()) == (OrderState.AWAITING, [("payment", 4300)])


def test_a_session_without_an_email_address_is_recorded(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300, customer_details=None)))
    assert (state_of(order), order.email) == (OrderState.PAID, "")


def test_partial_refunds_add_up(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300)))
    deliver(event("evt_2", "refund.created", refund(order.key, 1300)))
    assert state_of(order) is OrderState.PAID
    deliver(event("evt_3", "refund.updated", refund(order.key, 1300)))
    deliver(event("evt_4", "refund.created", refund(order.key, 3000, id="re_2")))
    assert (state_of(order), stock_of("SP-BLUE")) == (OrderState.REFUNDED, 3)
    assert ledger_entries() == [("payment", 4300), ("refund", -1300), ("refund", -3000)]


def scenarios(order_key: str) -> dict[str, list[Mapping[str, Any]]]:
    """The events that Stripe may send about one order, by the outcome."""
    paid = event("evt_paid", COMPLETED, session(order_key, 4300), 1000)
    pending = event(
        "evt_pending", COMPLETED, session(order_key, 4300, payment_status="unpaid"), 900
    )
    succeeded = event(
        "evt_succeeded", "checkout.session.async_payment_succeeded", session(order_key, 4300), 1000
    )
    failed = event(
        "evt_failed", "checkout.session.async_payment_failed", session(order_key, 4300), 1000
    )
    refunded = event("evt_refunded", "refund.created", refund(order_key, 4300), 1100)
    refund_failed = event(
        "evt_refund_failed", "refund.failed", refund(order_key, 4300, status="failed"), 1200
    )
    return {
        "paid": [pending, succeeded, paid],
        "cancelled": [pending, failed],
        "refunded": [paid, refunded, pending],
        "kept": [paid, refunded, refund_failed],
    }


@pytest.mark.parametrize(
    ("scenario", "state", "remaining", "amounts"),
    [
        ("paid", OrderState.PAID, 1, [4300]),
        ("cancelled", OrderState.CANCELLED, 3, []),
        ("refunded", OrderState.REFUNDED, 3, [-4300, 4300]),
        ("kept", OrderState.PAID, 1, [-4300, 4300, 4300]),
    ],
)
def test_the_outcome_is_independent_of_sequence_and_repetition(
    sparrow: int, scenario: str, state: OrderState, remaining: int, amounts: list[int]
) -> None:
    count = len(scenarios("")[scenario])
    for number, sequence in enumerate(permutations(range(count))):
        order = buy(("SP-BLUE", 2))
        events = scenarios(order.key)[scenario]
        for index in (*sequence, *reversed(sequence)):
            sent = {**events[index], "id": f"{events[index]['id']}_{number}"}
            content = sent["data"]["object"]
            if content["object"] == "refund":
                sent["data"] = {"object": {**content, "id": f"re_{number}"}}
            assert deliver(sent)[0] == 200
        entries = Entry.objects.filter(payment__order=order)
        assert (state_of(order), sorted(entry.amount for entry in entries)) == (state, amounts)
        assert stock_of("SP-BLUE") == remaining
        Variant.objects.filter(sku="SP-BLUE").update(stock=3)
    assert not Payment.objects.filter(order=None).exists()


def test_a_refund_that_arrives_before_its_payment_is_counted(order: Order) -> None:
    deliver(event("evt_1", "refund.created", refund(order.key, 4300)))
    assert (state_of(order), Payment.objects.get().order) == (OrderState.AWAITING, None)
    deliver(event("evt_2", COMPLETED, session(order.key, 4300)))
    assert (state_of(order), stock_of("SP-BLUE")) == (OrderState.REFUNDED, 3)


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_the_money_of_a_refund_that_ends_without_success_is_still_there(
    order: Order, status: str
) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300)))
    deliver(event("evt_2", "refund.updated", refund(order.key, 4300, status=status)))
    assert (state_of(order), stock_of("SP-BLUE")) == (OrderState.PAID, 1)
    assert ledger_entries() == [("payment", 4300), ("refund", -4300), ("return", 4300)]


def test_a_late_payment_for_sold_out_stock_must_be_refunded(order: Order) -> None:
    orders.cancel(order.pk)
    buy(("SP-BLUE", 3))
    deliver(event("evt_1", COMPLETED, session(order.key, 4300)))
    assert (state_of(order), stock_of("SP-BLUE")) == (OrderState.REFUND_DUE, 0)


@pytest.mark.sqlite
def test_an_event_whose_transaction_failed_can_be_repeated(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = event("evt_1", COMPLETED, session(order.key, 4300))
    stripe_event = events.parse(paid)
    assert stripe_event

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(orders, "reconcile", fail)
        with pytest.raises(RuntimeError):
            ledger.record(stripe_event, timezone.now())
    assert (ledger_entries(), Event.objects.count()) == ([], 0)
    assert deliver(paid) == (200, "recorded")


def test_rows_as_text(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 4300)))
    rows = (Event.objects.get(), Payment.objects.get(), Entry.objects.get())
    intent = f"pi_{order.key[:8]}"
    assert [str(row) for row in rows] == [
        f"{COMPLETED} evt_1",
        intent,
        f"Payment {intent}",
    ]
