"""Orders without pages: placing, cancelling, and their states."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from rocket import money
from rocket.cart import rules as carts
from rocket.cart.models import LINE_LIMIT
from rocket.catalog.models import Price, Product, Variant
from rocket.discounts.models import Discount
from rocket.orders import rules
from rocket.orders.models import Order, OrderLine, State
from tests.buying import buy, fill, place, stock
from tests.shelves import Shelve


def test_placing_takes_the_stock_and_empties_the_cart(sparrow: int) -> None:
    key = fill(("SP-RED", 2), ("SP-BLUE", 3))
    order = place(key)
    assert (order.state, order.total, order.currency) == (
        State.AWAITING,
        2 * 1950 + 3 * 2150,
        "EUR",
    )
    assert [str(line) for line in order.lines.all()] == ["2 × Sparrow, Red", "3 × Sparrow, Blue"]
    assert [line.total for line in order.lines.all()] == [3900, 6450]
    assert (stock("SP-RED"), stock("SP-BLUE")) == (28, 0)
    assert carts.count(key) == 0
    assert list(rules.of_cart(key)) == [order]
    assert list(rules.of_cart(None)) == []


def test_an_order_keeps_what_was_agreed(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    Price.objects.update(amount=1)
    Product.objects.all().delete()
    line = OrderLine.objects.get()
    assert (line.sku, line.product, line.unit, line.variant) == ("SP-RED", "Sparrow", 1950, None)
    assert Order.objects.get().total == 1950
    assert rules.cancel(order.pk)


def test_nothing_is_ordered_twice(sparrow: int) -> None:
    key = fill(("SP-RED", 2))
    place(key)
    with pytest.raises(rules.OrderError, match=r"Your cart is empty\."):
        place(key)
    for unknown in (None, "forgotten"):
        with pytest.raises(rules.OrderError, match=r"Your cart is empty\."):
            place(unknown)  # type: ignore[arg-type]  # a visitor without a cart
    assert stock("SP-RED") == 28


def test_the_total_that_was_seen_is_the_one_that_counts(sparrow: int) -> None:
    key = fill(("SP-RED", 2))
    with pytest.raises(rules.OrderError, match="The total has changed"):
        rules.place(key, currency="EUR", seen=3899, now=timezone.now())
    assert (Order.objects.count(), carts.count(key), stock("SP-RED")) == (0, 2, 30)


@pytest.mark.parametrize("left", [0, 1])
def test_what_sold_out_meanwhile_is_not_ordered(sparrow: int, left: int) -> None:
    key = fill(("SP-RED", 2), ("SP-BLUE", 1))
    Variant.objects.filter(sku="SP-RED").update(stock=left)
    with pytest.raises(rules.OrderError, match="Not everything can be had"):
        place(key)
    assert stock("SP-BLUE") == 3


def test_what_goes_at_the_very_last_moment(sparrow: int, monkeypatch: pytest.MonkeyPatch) -> None:
    key = fill(("SP-RED", 1), ("SP-BLUE", 3))
    Variant.objects.filter(sku="SP-BLUE").update(stock=2)
    # As if the stock had sunk after the cart was read.
    monkeypatch.setattr(carts, "problem", lambda _quantity, _stock: "")
    with pytest.raises(rules.OrderError, match=r"Somebody was faster: Sparrow, Blue is gone\."):
        place(key)
    assert (stock("SP-RED"), stock("SP-BLUE"), carts.count(key)) == (30, 2, 4)
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("price", "quantity", "reason"),
    [
        (49, 1, "The least that we can charge is €0.50."),
        (money.MOST, 2, "The most that we can charge is €999,999.99."),
    ],
)
def test_what_stripe_would_not_charge(
    shelve: Shelve, price: int, quantity: int, reason: str
) -> None:
    shelve("Comet", ("C", "One", price, 5))
    with pytest.raises(rules.OrderError, match=reason):
        buy(("C", quantity))
    assert stock("C") == 5


def test_what_costs_nothing_is_paid_at_once(sparrow: int) -> None:
    Discount.objects.create(code="FREE", kind="percentage", value=100)
    key = fill(("SP-RED", 1))
    carts.enter_code(key, "FREE", currency="EUR", now=timezone.now())
    order = place(key)
    assert (order.state, order.total) == (State.PAID, 0)
    assert order.paid_at
    assert not rules.cancel(order.pk)


def test_cancelling_gives_back_once(sparrow: int) -> None:
    key = fill(("SP-RED", 2))
    order = place(key)
    assert rules.cancel(order.pk)
    assert not rules.cancel(order.pk)
    assert (stock("SP-RED"), carts.count(key)) == (30, 0)


def test_cancelling_fills_the_cart_again(sparrow: int) -> None:
    key = fill(("SP-RED", LINE_LIMIT - 5), ("SP-BLUE", 1))
    order = place(key)
    carts.add(key, "SP-RED", 9, currency="EUR", now=timezone.now())
    assert rules.cancel(order.pk, refill=True)
    rows = carts.read(key, currency="EUR", now=timezone.now()).rows
    assert {row.sku: row.quantity for row in rows} == {"SP-RED": LINE_LIMIT, "SP-BLUE": 1}


def test_shipping(sparrow: int) -> None:
    paid, awaiting = buy(("SP-RED", 1)), buy(("SP-RED", 1))
    rules.settle(paid.pk, paid=1950, balance=1950, now=timezone.now())
    assert rules.ship(Order.objects.all(), timezone.now()) == 1
    paid.refresh_from_db()
    awaiting.refresh_from_db()
    assert (paid.state, awaiting.state) == (State.SHIPPED, State.AWAITING)


def test_who_is_overdue(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    assert not rules.overdue(order.placed_at)
    late = order.placed_at + rules.RESERVED
    assert list(rules.overdue(late)) == [order]
    rules.process(order.pk)
    assert not rules.overdue(late + timedelta(days=9))


def test_a_payment_that_takes_days_keeps_its_stock(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    assert rules.process(order.pk)
    assert not rules.process(order.pk)
    assert stock("SP-RED") == 29
    assert rules.cancel(order.pk)
    assert stock("SP-RED") == 30


def settle(order: Order, paid: int, balance: int) -> State:
    return rules.settle(order.pk, paid=paid, balance=balance, now=timezone.now())


def test_money_for_a_cancelled_order_takes_the_stock_again(sparrow: int) -> None:
    order = buy(("SP-BLUE", 2))
    rules.cancel(order.pk)
    assert settle(order, 4300, 4300) is State.PAID
    assert stock("SP-BLUE") == 1


def test_money_that_comes_when_the_last_one_is_gone_is_due(sparrow: int) -> None:
    order = buy(("SP-RED", 1), ("SP-BLUE", 3))
    rules.cancel(order.pk)
    buy(("SP-BLUE", 1))
    assert settle(order, 8400, 8400) is State.REFUND_DUE
    assert (stock("SP-RED"), stock("SP-BLUE")) == (30, 2)
    assert settle(order, 8400, 0) is State.REFUNDED
    assert (stock("SP-RED"), stock("SP-BLUE")) == (30, 2)


def test_a_refund_before_shipping_gives_the_stock_back(sparrow: int) -> None:
    order = buy(("SP-RED", 2))
    assert settle(order, 3900, 3900) is State.PAID
    assert settle(order, 3900, 1000) is State.PAID
    assert settle(order, 3900, 0) is State.REFUNDED
    assert settle(order, 3900, 0) is State.REFUNDED
    assert stock("SP-RED") == 30


def test_a_refund_after_shipping_does_not(sparrow: int) -> None:
    order = buy(("SP-RED", 2))
    settle(order, 3900, 3900)
    rules.ship(Order.objects.all(), timezone.now())
    assert settle(order, 3900, 0) is State.REFUNDED
    assert stock("SP-RED") == 28
    assert settle(order, 3900, 3900) is State.SHIPPED
    assert stock("SP-RED") == 28


@pytest.mark.parametrize(
    ("state", "paid", "balance", "shipped", "after"),
    [
        (State.AWAITING, 0, 0, False, State.AWAITING),
        (State.AWAITING, 99, 99, False, State.AWAITING),
        (State.AWAITING, 100, 100, False, State.PAID),
        (State.AWAITING, 100, 0, False, State.REFUNDED),
        (State.PROCESSING, 100, 100, False, State.PAID),
        (State.PAID, 100, 1, False, State.PAID),
        (State.PAID, 100, 0, False, State.REFUNDED),
        (State.PAID, 100, -1, False, State.REFUNDED),
        (State.SHIPPED, 100, 100, True, State.SHIPPED),
        (State.SHIPPED, 100, 0, True, State.REFUNDED),
        (State.CANCELLED, 0, 0, False, State.CANCELLED),
        (State.CANCELLED, 100, 100, False, State.PAID),
        (State.REFUNDED, 100, 100, False, State.PAID),
        (State.REFUNDED, 100, 100, True, State.SHIPPED),
        (State.REFUND_DUE, 100, 100, False, State.REFUND_DUE),
    ],
)
def test_states(state: State, paid: int, balance: int, *, shipped: bool, after: State) -> None:
    assert rules.settled(state, total=100, paid=paid, balance=balance, shipped=shipped) is after


@given(
    state=st.sampled_from(State),
    total=st.integers(1, 1000),
    paid=st.integers(0, 1000),
    refunded=st.integers(0, 1000),
    shipped=st.booleans(),
)
def test_a_state_is_stable_and_no_money_is_forgotten(
    state: State, total: int, paid: int, refunded: int, *, shipped: bool
) -> None:
    def again(before: State) -> State:
        return rules.settled(
            before, total=total, paid=paid, balance=paid - refunded, shipped=shipped
        )

    after = again(state)
    assert again(after) is after
    if paid >= total:
        assert (after is State.REFUNDED) == (refunded >= paid)
        assert after is not State.CANCELLED


def test_an_order_that_does_not_add_up_is_not_stored(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(total=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.update(quantity=0)


def test_variants_are_locked_in_one_order(sparrow: int) -> None:
    skus = ("SP-RED", "SP-BLUE")
    orders = [buy(*((sku, 1) for sku in line)) for line in permutations(skus)]
    locked = [[key for key, _ in rules._by_variant(order.lines.all())] for order in orders]
    assert locked[0] == locked[1]
