"""Concurrent transactions, on Postgres only, since SQLite allows one writer at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from rocket.cart import rules
from rocket.catalog import revision
from rocket.catalog.models import Variant
from rocket.discounts.models import Discount
from rocket.orders import rules as orders
from rocket.orders.models import Order, OrderState
from rocket.orders.unpaid import MAX_ORDERS_OF_A_NETWORK
from rocket.payments import ledger
from rocket.payments.events import PaymentSucceeded
from rocket.payments.models import Entry, Payment
from rocket.payments.models import Event as RecordedEvent
from tests.product_factory import MakeProduct
from tests.purchases import buy, fill_cart, place_order, stock_of
from tests.stripe_events import deliver, event, refund, session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


def run_concurrently[T](*calls: Callable[[], T]) -> list[T]:
    """Starts all calls at the same moment, each in a thread with its own database connection."""
    ready = Barrier(len(calls))
    # The connections are opened one by one: fifty at once are slow on a busy machine.
    connecting = Lock()

    def run(call: Callable[[], T]) -> T:
        try:
            with connecting:
                connections["default"].ensure_connection()
        except Exception:
            # Otherwise the other threads would wait for this one for ever.
            ready.abort()
            raise
        ready.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def place_order_succeeds(key: str) -> bool:
    try:
        place_order(key)
    except orders.OrderError:
        return False
    return True


def test_adding_to_one_cart_concurrently_never_exceeds_the_stock(make_product: MakeProduct) -> None:
    make_product("Sparrow", ("S", "One", 100, 7))
    key = rules.add(None, "S", 1, currency="EUR", now=timezone.now())

    def tab() -> bool:
        try:
            rules.add(key, "S", 1, currency="EUR", now=timezone.now())
        except rules.CartError:
            return False
        return True

    assert run_concurrently(*[tab] * 8).count(True) == 6
    assert rules.item_count(key) == 7


@pytest.mark.parametrize("_repetition", range(3))
def test_fifty_visitors_cannot_order_more_than_the_last_five(
    make_product: MakeProduct, _repetition: int
) -> None:
    make_product("Sparrow", ("S", "One", 100, 5))
    carts = [fill_cart(("S", 1)) for _ in range(50)]
    results = run_concurrently(*[lambda key=key: place_order_succeeds(key) for key in carts])
    assert results.count(True) == Order.objects.count() == 5
    assert stock_of("S") == 0


def test_orders_with_the_same_variants_in_different_order_do_not_deadlock(
    make_product: MakeProduct,
) -> None:
    make_product("Sparrow", ("A", "A", 100, 100), ("B", "B", 100, 100), ("C", "C", 100, 100))
    lines = [("A", 1), ("B", 2), ("C", 3)]
    carts = [fill_cart(*(lines if number % 2 else reversed(lines))) for number in range(16)]
    results = run_concurrently(*[lambda key=key: place_order_succeeds(key) for key in carts])
    assert all(results)
    assert (stock_of("A"), stock_of("B"), stock_of("C")) == (84, 68, 52)


def test_a_cart_ordered_concurrently_gives_one_order(make_product: MakeProduct) -> None:
    make_product("Sparrow", ("S", "One", 100, 50))
    key = fill_cart(("S", 2))
    assert run_concurrently(*[lambda: place_order_succeeds(key)] * 8).count(True) == 1
    assert (Order.objects.count(), stock_of("S")) == (1, 48)


def test_the_last_use_of_a_discount_is_redeemed_once(make_product: MakeProduct) -> None:
    make_product("Sparrow", ("S", "One", 1000, 50))
    Discount.objects.create(code="ONCE", kind="percentage", value=10, limit=1)
    carts = [fill_cart(("S", 1)) for _ in range(8)]
    for key in carts:
        rules.apply_discount(key, "ONCE", currency="EUR", now=timezone.now())
    results = run_concurrently(*[lambda key=key: place_order_succeeds(key) for key in carts])
    assert results.count(True) == 1
    assert (Discount.objects.get().used, stock_of("S")) == (1, 49)


def test_cancelling_concurrently_releases_the_stock_once(make_product: MakeProduct) -> None:
    make_product("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 3))
    assert (
        run_concurrently(*[lambda: orders.cancel(order.pk, refill_cart=True)] * 8).count(True) == 1
    )
    assert stock_of("S") == 5


@pytest.mark.usefixtures("gateway")
def test_an_event_delivered_concurrently_is_recorded_once(make_product: MakeProduct) -> None:
    make_product("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    paid = event("evt_1", "checkout.session.completed", session(order.key, 200))
    responses = run_concurrently(*[lambda: deliver(paid)] * 8)
    assert sorted(responses) == [(200, "known")] * 7 + [(200, "recorded")]
    assert (RecordedEvent.objects.count(), Entry.objects.count(), stock_of("S")) == (1, 1, 3)


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("_repetition", range(5))
def test_concurrent_payment_and_refund(make_product: MakeProduct, _repetition: int) -> None:
    make_product("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    completed = "checkout.session.completed"
    responses = run_concurrently(
        *[lambda: deliver(event("evt_1", completed, session(order.key, 200)))] * 3,
        *[lambda: deliver(event("evt_2", "refund.created", refund(order.key, 200)))] * 3,
        lambda: deliver(event("evt_3", "refund.updated", refund(order.key, 200))),
    )
    assert {status for status, _ in responses} == {200}
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED
    assert sorted(Entry.objects.values_list("amount", flat=True)) == [-200, 200]
    assert stock_of("S") == 5


@pytest.mark.usefixtures("gateway")
def test_events_of_one_payment_are_serialized(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payment's event waits until the refund's transaction ends."""
    make_product("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    deliver(event("evt_0", "refund.created", refund(order.key, 100, id="re_0")))
    refunding, paid = Event(), Event()
    add_entry = ledger._add_entry

    def add_entry_slowly(payment: Payment, kind: Entry.Kind, *args: Any) -> None:
        add_entry(payment, kind, *args)
        if kind is Entry.Kind.REFUND:
            refunding.set()
            # Without the lock the payment would be recorded during this second.
            paid.wait(timeout=1)

    def pay() -> tuple[int, str]:
        assert refunding.wait(timeout=10)
        response = deliver(event("evt_1", "checkout.session.completed", session(order.key, 200)))
        paid.set()
        return response

    monkeypatch.setattr(ledger, "_add_entry", add_entry_slowly)
    responses = run_concurrently(
        lambda: deliver(event("evt_2", "refund.created", refund(order.key, 100))), pay
    )
    assert responses == [(200, "recorded")] * 2
    order.refresh_from_db()
    assert (order.state, stock_of("S")) == (OrderState.REFUNDED, 5)


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("_repetition", range(5))
def test_concurrent_payment_and_cancellation(make_product: MakeProduct, _repetition: int) -> None:
    make_product("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    paid = event("evt_1", "checkout.session.completed", session(order.key, 200))
    run_concurrently(lambda: deliver(paid)[0], lambda: int(orders.cancel(order.pk)))
    order.refresh_from_db()
    assert (order.state, stock_of("S")) == (OrderState.PAID, 3)


def test_a_stock_change_by_staff_keeps_concurrent_orders(
    make_product: MakeProduct, admin_user: object
) -> None:
    """A form that was opened before the orders changes the stock only by its own difference."""
    make_product("Sparrow", ("S", "One", 100, 40))
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
    carts = [fill_cart(("S", 1)) for _ in range(10)]
    address = f"/admin/catalog/variant/{variant.pk}/change/"
    run_concurrently(
        *[lambda key=key: place_order_succeeds(key) for key in carts],
        lambda: client.post(address, form).status_code == 302,
    )
    assert stock_of("S") == 40


def test_orders_of_different_variants_do_not_wait_for_each_other(make_product: MakeProduct) -> None:
    """Each counts its change of the catalogue in a row of its own."""
    make_product("Sparrow", ("A", "A", 100, 5), ("B", "B", 100, 5))
    before = revision.read()

    def change() -> int:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            changed: int = Variant.objects.filter(sku="B").update(stock=7)
            return changed

    with transaction.atomic():
        Variant.objects.filter(sku="A").update(stock=8)
        assert run_concurrently(change) == [1]
    assert revision.read() != before


def test_a_network_that_orders_concurrently_does_not_exceed_its_limit(
    make_product: MakeProduct,
) -> None:
    make_product("Sparrow", ("S", "One", 100, 50))
    carts = [fill_cart(("S", 1)) for _ in range(MAX_ORDERS_OF_A_NETWORK + 6)]

    def place(key: str) -> bool:
        try:
            place_order(key, address="8.8.8.8")
        except orders.OrderError:
            return False
        return True

    results = run_concurrently(*[lambda key=key: place(key) for key in carts])
    assert results.count(True) == Order.objects.count() == MAX_ORDERS_OF_A_NETWORK


def test_concurrent_orders_do_not_exceed_the_share_of_their_network(
    make_product: MakeProduct,
) -> None:
    make_product("Sparrow", ("S", "One", 100, 40))
    carts = [fill_cart(("S", 8)) for _ in range(5)]
    results = run_concurrently(*[lambda key=key: place_order_succeeds(key) for key in carts])
    assert (results.count(True), stock_of("S")) == (2, 24)


@pytest.mark.usefixtures("gateway")
def test_an_event_and_a_response_about_one_payment_are_recorded_once(
    make_product: MakeProduct,
) -> None:
    make_product("Sparrow", ("S", "One", 100, 5))
    order = buy(("S", 2))
    paid = session(order.key, 200)
    completed = event("evt_1", "checkout.session.completed", paid)
    change = PaymentSucceeded(order.key, paid["payment_intent"], 200, "EUR", "buyer@example.org")
    run_concurrently(
        *[lambda: deliver(completed)] * 3,
        *[lambda: ledger.record_response(change, timezone.now())] * 3,
    )
    order.refresh_from_db()
    assert (order.state, stock_of("S")) == (OrderState.PAID, 3)
    assert list(Entry.objects.values_list("amount", flat=True)) == [200]
