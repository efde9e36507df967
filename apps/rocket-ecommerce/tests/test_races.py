"""Many at once, on a database that really does several things at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from rocket.cart import rules
from rocket.catalog.models import Variant
from rocket.discounts.models import Discount
from rocket.orders import rules as orders
from rocket.orders.models import Order, State
from rocket.payments import events
from rocket.payments.models import Entry, Payment
from rocket.payments.models import Event as StripeEvent
from tests.buying import buy, deliver, fill, place, stock
from tests.shelves import Shelve
from tests.stripe_events import event, refund, session

pytestmark = pytest.mark.django_db(transaction=True)


def together[T](*acts: Callable[[], T]) -> list[T]:
    """Each in a thread and with a connection of its own, begun at the same moment."""
    ready = Barrier(len(acts))
    # Connecting is not what races here, and fifty at once are slow on a busy machine.
    one_by_one = Lock()

    def run(act: Callable[[], T]) -> T:
        try:
            with one_by_one:
                connections["default"].ensure_connection()
        except Exception:
            # Nobody is to wait for who does not come.
            ready.abort()
            raise
        ready.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def ordered(key: str) -> bool:
    try:
        place(key)
    except orders.OrderError:
        return False
    return True


def test_adding_in_two_tabs_loses_nothing_and_exceeds_nothing(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 100, 7))
    key = rules.add(None, "S", 1, currency="EUR", now=timezone.now())

    def tab() -> bool:
        try:
            rules.add(key, "S", 1, currency="EUR", now=timezone.now())
        except rules.CartError:
            return False
        return True

    assert together(*[tab] * 8).count(True) == 6
    assert rules.count(key) == 7


@pytest.mark.parametrize("_time", range(3))
def test_fifty_buyers_and_the_last_five(shelve: Shelve, _time: int) -> None:
    shelve("Sparrow", ("S", "One", 100, 5))
    carts = [fill(("S", 1)) for _ in range(50)]
    done = together(*[lambda key=key: ordered(key) for key in carts])
    assert done.count(True) == Order.objects.count() == 5
    assert stock("S") == 0


def test_buyers_of_the_same_things_in_another_order_do_not_block_each_other(
    shelve: Shelve,
) -> None:
    shelve("Sparrow", ("A", "A", 100, 100), ("B", "B", 100, 100), ("C", "C", 100, 100))
    lines = [("A", 1), ("B", 2), ("C", 3)]
    carts = [fill(*(lines if number % 2 else reversed(lines))) for number in range(16)]
    done = together(*[lambda key=key: ordered(key) for key in carts])
    assert all(done)
    assert (stock("A"), stock("B"), stock("C")) == (84, 68, 52)


def test_one_cart_ordered_in_two_tabs_is_one_order(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 100, 50))
    key = fill(("S", 2))
    assert together(*[lambda: ordered(key)] * 8).count(True) == 1
    assert (Order.objects.count(), stock("S")) == (1, 48)


def test_the_last_use_of_a_discount(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 1000, 50))
    Discount.objects.create(code="ONCE", kind="percentage", value=10, limit=1)
    carts = [fill(("S", 1)) for _ in range(8)]
    for key in carts:
        rules.enter_code(key, "ONCE", currency="EUR", now=timezone.now())
    done = together(*[lambda key=key: ordered(key) for key in carts])
    assert done.count(True) == 1
    assert (Discount.objects.get().used, stock("S")) == (1, 49)


def test_cancelled_at_once_by_everybody(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 3))
    assert together(*[lambda: orders.cancel(order.pk, refill=True)] * 8).count(True) == 1
    assert stock("S") == 5


@pytest.mark.usefixtures("gateway")
def test_one_event_at_five_replicas(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    paid = event("evt_1", "checkout.session.completed", session(order.key, 200))
    told = together(*[lambda: deliver(paid)] * 8)
    assert sorted(told) == [(200, "known")] * 7 + [(200, "recorded")]
    assert (StripeEvent.objects.count(), Entry.objects.count(), stock("S")) == (1, 1, 3)


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("_time", range(5))
def test_payment_and_refund_at_the_same_time(shelve: Shelve, _time: int) -> None:
    shelve("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    completed = "checkout.session.completed"
    told = together(
        *[lambda: deliver(event("evt_1", completed, session(order.key, 200)))] * 3,
        *[lambda: deliver(event("evt_2", "refund.created", refund(order.key, 200)))] * 3,
        lambda: deliver(event("evt_3", "refund.updated", refund(order.key, 200))),
    )
    assert {status for status, _ in told} == {200}
    order.refresh_from_db()
    assert order.state == State.REFUNDED
    assert sorted(Entry.objects.values_list("amount", flat=True)) == [-200, 200]
    assert stock("S") == 5


@pytest.mark.usefixtures("gateway")
def test_events_of_one_payment_take_turns(shelve: Shelve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither sees half of what the other does: not the entry without the order it belongs to."""
    shelve("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    deliver(event("evt_0", "refund.created", refund(order.key, 100, id="re_0")))
    refunding, paid = Event(), Event()
    enter = events._enter

    def enter_slowly(payment: Payment, kind: Entry.Kind, *args: Any) -> None:
        enter(payment, kind, *args)
        if kind is Entry.Kind.REFUND:
            refunding.set()
            # Long enough for the payment to overtake, were it not waiting for the lock.
            paid.wait(timeout=1)

    def pay() -> tuple[int, str]:
        assert refunding.wait(timeout=10)
        told = deliver(event("evt_1", "checkout.session.completed", session(order.key, 200)))
        paid.set()
        return told

    monkeypatch.setattr(events, "_enter", enter_slowly)
    told = together(lambda: deliver(event("evt_2", "refund.created", refund(order.key, 100))), pay)
    assert told == [(200, "recorded")] * 2
    order.refresh_from_db()
    assert (order.state, stock("S")) == (State.REFUNDED, 5)


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("_time", range(5))
def test_paid_and_given_up_at_the_same_time(shelve: Shelve, _time: int) -> None:
    shelve("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    paid = event("evt_1", "checkout.session.completed", session(order.key, 200))
    together(lambda: deliver(paid)[0], lambda: int(orders.cancel(order.pk)))
    order.refresh_from_db()
    assert (order.state, stock("S")) == (State.PAID, 3)


def test_staff_counts_while_buyers_buy(shelve: Shelve, admin_user: object) -> None:
    """A form that was opened before things were sold does not bring them back."""
    shelve("Sparrow", ("S", "One", 100, 40))
    variant = Variant.objects.get()
    client = Client()
    client.force_login(admin_user)  # type: ignore[arg-type]
    form = {
        "product": variant.product_id,
        "name": "One",
        "sku": "S",
        "stock": 50,
        "initial-stock": 40,
        "position": 0,
        "prices-TOTAL_FORMS": 0,
        "prices-INITIAL_FORMS": 0,
    }
    carts = [fill(("S", 1)) for _ in range(10)]
    address = f"/admin/catalog/variant/{variant.pk}/change/"
    together(
        *[lambda key=key: ordered(key) for key in carts],
        lambda: client.post(address, form).status_code == 302,
    )
    assert stock("S") == 40
