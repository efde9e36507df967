"""The rules of orders: placing, cancelling, stock, and reconciling with payments."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from rocket.cart import rules as carts
from rocket.cart.models import MAX_LINE_QUANTITY
from rocket.catalog.models import Price, Product, Variant
from rocket.discounts.models import Discount
from rocket.money import MAX_AMOUNT, Money
from rocket.orders import rules, stock, unpaid
from rocket.orders.models import Order, OrderLine, OrderState
from rocket.problems import Problem
from tests.product_factory import MakeProduct
from tests.purchases import CONTACT, buy, fill_cart, place_order, stock_of


def test_placing_an_order_reserves_stock_and_empties_the_cart(sparrow: int) -> None:
    key = fill_cart(("SP-RED", 2), ("SP-BLUE", 3))
    order = place_order(key)
    assert (order.state, order.total, order.currency) == (
        OrderState.AWAITING,
        2 * 1950 + 3 * 2150,
        "EUR",
    )
    assert [str(line) for line in order.lines.all()] == ["2 × Sparrow, Red", "3 × Sparrow, Blue"]
    assert [line.total for line in order.lines.all()] == [3900, 6450]
    assert (stock_of("SP-RED"), stock_of("SP-BLUE")) == (28, 0)
    assert carts.item_count(key) == 0
    assert list(rules.orders_of_cart(key)) == [order]
    assert list(rules.orders_of_cart(None)) == []


def test_an_order_keeps_its_prices_when_the_catalogue_changes(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    Price.objects.update(amount=1)
    Product.objects.all().delete()
    line = OrderLine.objects.get()
    assert (line.sku, line.product, line.unit, line.variant) == ("SP-RED", "Sparrow", 1950, None)
    assert Order.objects.get().total == 1950
    assert rules.cancel(order.pk)


@pytest.mark.sqlite
def test_a_cart_can_be_ordered_only_once(sparrow: int) -> None:
    key = fill_cart(("SP-RED", 2))
    place_order(key)
    for ordered_or_unknown in (key, None, "forgotten"):
        with pytest.raises(rules.OrderError) as caught:
            place_order(ordered_or_unknown)  # type: ignore[arg-type]  # None: a visitor without a cart
        assert caught.value.problem == Problem("empty-cart")
    assert stock_of("SP-RED") == 28


def test_a_changed_total_is_refused(sparrow: int) -> None:
    key = fill_cart(("SP-RED", 2))
    with pytest.raises(rules.OrderError) as caught:
        rules.place(key, currency="EUR", expected_total=3899, now=timezone.now())
    assert caught.value.problem == Problem("total-changed")
    assert (Order.objects.count(), carts.item_count(key), stock_of("SP-RED")) == (0, 2, 30)


@pytest.mark.parametrize("remaining", [0, 1])
def test_too_little_stock_is_refused(sparrow: int, remaining: int) -> None:
    key = fill_cart(("SP-RED", 2), ("SP-BLUE", 1))
    Variant.objects.filter(sku="SP-RED").update(stock=remaining)
    with pytest.raises(rules.OrderError) as caught:
        place_order(key)
    assert caught.value.problem == Problem("lines-not-orderable")
    assert stock_of("SP-BLUE") == 3


@pytest.mark.sqlite
def test_stock_that_sells_out_after_the_check_is_refused(
    sparrow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = fill_cart(("SP-RED", 1), ("SP-BLUE", 3))
    Variant.objects.filter(sku="SP-BLUE").update(stock=2)
    # Simulates that the stock falls after the check.
    monkeypatch.setattr(carts, "quantity_problem", lambda _quantity, _stock: None)
    with pytest.raises(rules.OrderError) as caught:
        place_order(key)
    sold_out = {"product": "Sparrow", "version": "Blue"}
    assert caught.value.problem == Problem("just-sold-out", sold_out)
    assert (stock_of("SP-RED"), stock_of("SP-BLUE"), carts.item_count(key)) == (30, 2, 4)
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("price", "quantity", "problem"),
    [
        (49, 1, Problem("total-too-small", {"minimum": Money(50, "EUR")})),
        (MAX_AMOUNT, 2, Problem("total-too-large", {"maximum": Money(MAX_AMOUNT, "EUR")})),
    ],
)
def test_totals_outside_the_range_of_stripe_are_refused(
    make_product: MakeProduct, price: int, quantity: int, problem: Problem
) -> None:
    make_product("Comet", ("C", "One", price, 5))
    with pytest.raises(rules.OrderError) as caught:
        buy(("C", quantity))
    assert caught.value.problem == problem
    assert stock_of("C") == 5


def test_an_order_with_total_0_is_paid_at_once(sparrow: int) -> None:
    Discount.objects.create(code="FREE", kind="percentage", value=100)
    key = fill_cart(("SP-RED", 1))
    carts.apply_discount(key, "FREE", currency="EUR", now=timezone.now())
    order = place_order(key, contact=CONTACT)
    assert (order.state, order.total) == (OrderState.PAID, 0)
    assert (order.email, order.recipient, order.address) == (
        CONTACT.email,
        CONTACT.recipient,
        CONTACT.address,
    )
    assert order.paid_at
    assert not rules.cancel(order.pk)


def test_an_order_with_total_0_needs_a_contact(sparrow: int) -> None:
    Discount.objects.create(code="FREE", kind="percentage", value=100)
    key = fill_cart(("SP-RED", 1))
    carts.apply_discount(key, "FREE", currency="EUR", now=timezone.now())
    with pytest.raises(rules.OrderError) as caught:
        place_order(key)
    assert caught.value.problem == Problem("contact-missing")
    assert (Order.objects.count(), stock_of("SP-RED"), Discount.objects.get().used) == (0, 30, 0)


def test_cancelling_twice_releases_stock_once(sparrow: int) -> None:
    key = fill_cart(("SP-RED", 2))
    order = place_order(key)
    assert rules.cancel(order.pk)
    assert not rules.cancel(order.pk)
    assert (stock_of("SP-RED"), carts.item_count(key)) == (30, 0)


def test_cancelling_can_refill_the_cart(sparrow: int) -> None:
    key = fill_cart(("SP-RED", MAX_LINE_QUANTITY - 5), ("SP-BLUE", 1))
    order = place_order(key)
    carts.add(key, "SP-RED", 9, currency="EUR", now=timezone.now())
    assert rules.cancel(order.pk, refill_cart=True)
    lines = carts.load(key, currency="EUR", now=timezone.now()).lines
    assert {line.sku: line.quantity for line in lines} == {
        "SP-RED": MAX_LINE_QUANTITY,
        "SP-BLUE": 1,
    }


def test_only_paid_orders_are_marked_as_shipped(sparrow: int) -> None:
    paid, awaiting = buy(("SP-RED", 1)), buy(("SP-RED", 1))
    reconcile(paid, 1950, 1950)
    assert rules.mark_shipped(Order.objects.all(), timezone.now()) == 1
    paid.refresh_from_db()
    awaiting.refresh_from_db()
    assert (paid.state, awaiting.state) == (OrderState.SHIPPED, OrderState.AWAITING)


def test_an_order_can_be_paid_until_its_reservation_expires(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    deadline = order.placed_at + unpaid.RESERVATION
    assert rules.is_payable(order, deadline - timedelta(seconds=1))
    assert not rules.is_payable(order, deadline)
    rules.mark_processing(order.pk)
    order.refresh_from_db()
    assert not rules.is_payable(order, order.placed_at)


def test_a_pending_payment_keeps_the_stock_reserved(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    assert rules.mark_processing(order.pk)
    assert not rules.mark_processing(order.pk)
    assert stock_of("SP-RED") == 29
    assert rules.cancel(order.pk)
    assert stock_of("SP-RED") == 30


def reconcile(order: Order, paid: int, balance: int) -> OrderState:
    return rules.reconcile(order.pk, paid=paid, balance=balance, now=timezone.now())


def test_a_payment_for_a_cancelled_order_reserves_stock_again(sparrow: int) -> None:
    order = buy(("SP-BLUE", 2))
    rules.cancel(order.pk)
    assert reconcile(order, 4300, 4300) is OrderState.PAID
    assert stock_of("SP-BLUE") == 1


def test_a_late_payment_for_sold_out_stock_must_be_refunded(sparrow: int) -> None:
    order = buy(("SP-RED", 1), ("SP-BLUE", 3))
    rules.cancel(order.pk)
    buy(("SP-BLUE", 1))
    assert reconcile(order, 8400, 8400) is OrderState.REFUND_DUE
    assert (stock_of("SP-RED"), stock_of("SP-BLUE")) == (30, 2)
    assert reconcile(order, 8400, 0) is OrderState.REFUNDED
    assert (stock_of("SP-RED"), stock_of("SP-BLUE")) == (30, 2)


def test_a_full_refund_before_shipping_releases_the_stock(sparrow: int) -> None:
    order = buy(("SP-RED", 2))
    assert reconcile(order, 3900, 3900) is OrderState.PAID
    assert reconcile(order, 3900, 1000) is OrderState.PAID
    assert reconcile(order, 3900, 0) is OrderState.REFUNDED
    assert reconcile(order, 3900, 0) is OrderState.REFUNDED
    assert stock_of("SP-RED") == 30


def test_a_refund_after_shipping_does_not_release_the_stock(sparrow: int) -> None:
    order = buy(("SP-RED", 2))
    reconcile(order, 3900, 3900)
    rules.mark_shipped(Order.objects.all(), timezone.now())
    assert reconcile(order, 3900, 0) is OrderState.REFUNDED
    assert stock_of("SP-RED") == 28
    assert reconcile(order, 3900, 3900) is OrderState.SHIPPED
    assert stock_of("SP-RED") == 28


@pytest.mark.parametrize(
    ("state", "paid", "balance", "shipped", "result"),
    [
        (OrderState.AWAITING, 0, 0, False, OrderState.AWAITING),
        (OrderState.AWAITING, 99, 99, False, OrderState.AWAITING),
        (OrderState.AWAITING, 100, 100, False, OrderState.PAID),
        (OrderState.AWAITING, 100, 0, False, OrderState.REFUNDED),
        (OrderState.PROCESSING, 100, 100, False, OrderState.PAID),
        (OrderState.PAID, 100, 1, False, OrderState.PAID),
        (OrderState.PAID, 100, 0, False, OrderState.REFUNDED),
        (OrderState.PAID, 100, -1, False, OrderState.REFUNDED),
        (OrderState.SHIPPED, 100, 100, True, OrderState.SHIPPED),
        (OrderState.SHIPPED, 100, 0, True, OrderState.REFUNDED),
        (OrderState.CANCELLED, 0, 0, False, OrderState.CANCELLED),
        (OrderState.CANCELLED, 100, 100, False, OrderState.PAID),
        (OrderState.REFUNDED, 100, 100, False, OrderState.PAID),
        (OrderState.REFUNDED, 100, 100, True, OrderState.SHIPPED),
        (OrderState.REFUND_DUE, 100, 100, False, OrderState.REFUND_DUE),
    ],
)
def test_reconciled_state(
    state: OrderState, paid: int, balance: int, *, shipped: bool, result: OrderState
) -> None:
    reconciled = rules.reconciled_state(
        state, total=100, paid=paid, balance=balance, shipped=shipped
    )
    assert reconciled is result


@given(
    state=st.sampled_from(OrderState),
    total=st.integers(1, 1000),
    paid=st.integers(0, 1000),
    refunded=st.integers(0, 1000),
    shipped=st.booleans(),
)
def test_reconciling_again_changes_nothing_and_a_paid_order_is_never_cancelled(
    state: OrderState, total: int, paid: int, refunded: int, *, shipped: bool
) -> None:
    def reconciled(before: OrderState) -> OrderState:
        return rules.reconciled_state(
            before, total=total, paid=paid, balance=paid - refunded, shipped=shipped
        )

    after = reconciled(state)
    assert reconciled(after) is after
    if paid >= total:
        assert (after is OrderState.REFUNDED) == (refunded >= paid)
        assert after is not OrderState.CANCELLED


@pytest.mark.sqlite
def test_the_database_rejects_inconsistent_orders(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(total=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.update(quantity=0)


def test_variants_are_locked_in_the_same_order_by_every_order(sparrow: int) -> None:
    skus = ("SP-RED", "SP-BLUE")
    orders = [buy(*((sku, 1) for sku in line)) for line in permutations(skus)]
    locked = [[key for key, _ in stock.in_lock_order(order.lines.all())] for order in orders]
    assert locked[0] == locked[1]
