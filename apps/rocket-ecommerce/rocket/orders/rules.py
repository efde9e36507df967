"""The rules of orders: placing, cancelling, shipping, and reconciling with the payments.

Each change is one transaction. All transactions take their locks in the same order, so that they
cannot deadlock: network, order, cart, variants by primary key, discount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from rocket.cart import rules as carts
from rocket.cart.models import MAX_LINE_QUANTITY, Cart
from rocket.discounts import rules as discounts
from rocket.money import CURRENCIES, MAX_AMOUNT, Money
from rocket.network import Network
from rocket.orders import stock, unpaid
from rocket.orders.models import (
    STOCK_HOLDING_STATES,
    UNPAID_STATES,
    Order,
    OrderLine,
    OrderState,
)
from rocket.problems import Problem, RuleError


class OrderError(RuleError):
    """No order was placed."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The data that a delivery needs."""

    email: str
    recipient: str
    address: str


@transaction.atomic
def place(
    key: str | None,
    *,
    currency: str,
    expected_total: int,
    now: datetime,
    address: str = "",
    contact: Contact | None = None,
) -> Order:
    """Places an order for the content of a cart, reserves its stock and empties the cart.

    `expected_total` is the total that the visitor saw, `address` the visitor's IP address. An order
    with a total of 0 needs a `contact`; for others Stripe asks for it. Raises `OrderError`.
    """
    network = Network.of(address)
    unpaid.lock(network)
    cart = Cart.objects.select_for_update().filter(key=key).first() if key else None
    priced = carts.load(key, currency=currency, now=now)
    if cart is None or not priced.lines:
        raise OrderError(Problem("empty-cart"))
    _require_orderable(priced, currency=currency, expected_total=expected_total)
    if not priced.total and contact is None:
        raise OrderError(Problem("contact-missing"))
    if priced.total and (problem := unpaid.problem(cart, network, priced.item_count)):
        raise OrderError(problem)
    order = _create_order(cart, priced, network, contact, currency=currency, now=now)
    lines = _create_lines(order, priced)
    if sold_out := stock.reserve(lines):
        names = {"product": sold_out.product, "version": sold_out.version}
        raise OrderError(Problem("just-sold-out", names))
    if priced.total and (problem := unpaid.share_problem(lines, network)):
        raise OrderError(problem)
    if priced.discount:
        redeemed = discounts.redeem(priced.discount.pk)
        if not redeemed or unpaid.discount_share_is_exceeded(priced.discount, network):
            raise OrderError(discounts.used_up(priced.discount))
    cart.lines.all().delete()
    Cart.objects.filter(pk=cart.pk).update(discount=None)
    return order


@transaction.atomic
def cancel(order_id: int, *, refill_cart: bool = False) -> bool:
    """Cancels an unpaid order and releases its stock. Returns False if there is nothing to do.

    With `refill_cart` the lines are put back into the visitor's cart, once. This also happens if
    the order is cancelled already: when the buyer cancels, the shop closes the payment page, and
    Stripe's event about that can cancel the order first.
    """
    order = _locked_order(order_id)
    is_unpaid = order.state in UNPAID_STATES
    refill_cart = refill_cart and not order.cart_refilled
    if not is_unpaid and not (refill_cart and order.state == OrderState.CANCELLED):
        return False
    if refill_cart:
        _refill_cart(order)
    if is_unpaid:
        _change_state(order, OrderState.CANCELLED)
        if order.discount_id:
            discounts.cancel_redemption(order.discount_id)
    return True


def mark_processing(order_id: int) -> bool:
    """Records that a payment is pending, which can take days. The stock stays reserved."""
    awaiting = Order.objects.filter(pk=order_id, state=OrderState.AWAITING)
    return bool(awaiting.update(state=OrderState.PROCESSING))


@transaction.atomic
def reconcile(order_id: int, *, paid: int, balance: int, now: datetime) -> OrderState:
    """Sets the state that follows from the ledger. Returns the new state.

    `paid` is the sum of the payments, `balance` is that sum without the refunds.
    """
    order = _locked_order(order_id)
    state = reconciled_state(
        OrderState(order.state),
        total=order.total,
        paid=paid,
        balance=balance,
        shipped=order.shipped_at is not None,
    )
    if state is OrderState.PAID and order.paid_at is None:
        order.paid_at = now
    return _change_state(order, state)


def reconciled_state(
    state: OrderState, *, total: int, paid: int, balance: int, shipped: bool
) -> OrderState:
    """The state that follows from the ledger, independent of the order of its entries."""
    if paid < total:
        return state
    if balance <= 0:
        return OrderState.REFUNDED
    if shipped:
        return OrderState.SHIPPED
    return state if state is OrderState.REFUND_DUE else OrderState.PAID


def mark_shipped(orders: QuerySet[Order], now: datetime) -> int:
    """Marks the paid ones of these orders as shipped. Returns their number."""
    paid = orders.filter(state=OrderState.PAID)
    return paid.update(state=OrderState.SHIPPED, shipped_at=now)


def orders_of_cart(key: str | None) -> QuerySet[Order]:
    """The orders that were placed from a cart, newest first."""
    return Order.objects.filter(cart__key=key) if key else Order.objects.none()


def is_payable(order: Order, now: datetime) -> bool:
    """Whether the buyer can still start to pay."""
    return order.state == OrderState.AWAITING and order.reserved_until > now


def _require_orderable(cart: carts.PricedCart, *, currency: str, expected_total: int) -> None:
    if any(line.problem for line in cart.lines):
        raise OrderError(Problem("lines-not-orderable"))
    if cart.discount_problem:
        raise OrderError(cart.discount_problem)
    if cart.total != expected_total:
        raise OrderError(Problem("total-changed"))
    min_amount = CURRENCIES[currency].min_amount
    if 0 < cart.total < min_amount:
        raise OrderError(Problem("total-too-small", {"minimum": Money(min_amount, currency)}))
    if cart.subtotal > MAX_AMOUNT:
        raise OrderError(Problem("total-too-large", {"maximum": Money(MAX_AMOUNT, currency)}))


def _create_order(
    cart: Cart,
    priced: carts.PricedCart,
    network: Network,
    contact: Contact | None,
    *,
    currency: str,
    now: datetime,
) -> Order:
    # An order with a total of 0 needs no payment, so it counts as paid.
    return Order.objects.create(
        cart=cart,
        state=OrderState.AWAITING if priced.total else OrderState.PAID,
        currency=currency,
        subtotal=priced.subtotal,
        reduction=priced.reduction,
        total=priced.total,
        discount=priced.discount,
        discount_code=priced.discount.code if priced.discount else "",
        email=contact.email if contact else "",
        recipient=contact.recipient if contact else "",
        address=contact.address if contact else "",
        network=network.digest,
        placed_at=now,
        reserved_until=now + unpaid.reservation(network),
        paid_at=None if priced.total else now,
    )


def _create_lines(order: Order, priced: carts.PricedCart) -> Sequence[OrderLine]:
    return OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant_id=line.variant_id,
            sku=line.sku,
            product=line.product.name,
            version=line.name,
            unit=line.unit_price or 0,
            quantity=line.quantity,
        )
        for line in priced.lines
    )


def _locked_order(order_id: int) -> Order:
    return Order.objects.select_for_update().get(pk=order_id)


def _change_state(order: Order, state: OrderState) -> OrderState:
    """Stores a new state and moves the stock with it. Returns the state that was stored.

    If a payment arrives after its stock was released and sold, the state becomes `REFUND_DUE`.
    """
    holds_stock = order.state in STOCK_HOLDING_STATES
    if state is OrderState.PAID and not holds_stock and not _reserve_again(order):
        state = OrderState.REFUND_DUE
    if holds_stock and state in (OrderState.CANCELLED, OrderState.REFUNDED):
        stock.release(order.lines.exclude(variant=None))
    order.state = state
    order.save(update_fields=["state", "paid_at"])
    return state


def _reserve_again(order: Order) -> bool:
    """Reserves the stock of all lines or, if one is sold out, of none."""
    with transaction.atomic():
        sold_out = stock.reserve(order.lines.all())
        if sold_out:
            transaction.set_rollback(True)
    return sold_out is None


def _refill_cart(order: Order) -> None:
    order.cart_refilled = True
    order.save(update_fields=["cart_refilled"])
    if order.cart_id is None:
        return
    cart = Cart.objects.select_for_update().get(orders=order)
    in_cart = dict(cart.lines.values_list("variant_id", "quantity"))
    for variant_id, line in stock.in_lock_order(order.lines.exclude(variant=None)):
        quantity = min(in_cart.get(variant_id, 0) + line.quantity, MAX_LINE_QUANTITY)
        cart.lines.update_or_create(variant_id=variant_id, defaults={"quantity": quantity})
    if cart.discount_id is None:
        Cart.objects.filter(pk=cart.pk).update(discount=order.discount_id)
