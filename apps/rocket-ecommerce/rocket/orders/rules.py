"""The rules of orders: each is one transaction.

Stock is taken by a statement that matches only while there is enough, so it cannot be oversold,
whatever the number of buyers and replicas. Locks are taken in one order everywhere: order, cart,
variants by their key, discount.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from rocket import money
from rocket.cart import rules as carts
from rocket.cart.models import LINE_LIMIT, Cart
from rocket.catalog.models import Variant
from rocket.discounts import rules as discounts
from rocket.orders.models import HOLDING, UNPAID, Order, OrderLine, State

RESERVED = timedelta(minutes=35)
"""How long things are kept for a buyer. Stripe keeps a page open for 30 minutes at least."""


class OrderError(ValueError):
    """Nothing was ordered. The text is for the buyer."""


@transaction.atomic
def place(key: str | None, *, currency: str, seen: int, now: datetime) -> Order:
    """Makes an order of the cart, takes its stock and empties it.

    `seen` is the total that the buyer agreed to. Raises `OrderError`.
    """
    cart = Cart.objects.select_for_update().filter(key=key).first() if key else None
    basket = carts.read(key, currency=currency, now=now)
    if cart is None or not basket.rows:
        raise OrderError("Your cart is empty.")
    if any(row.problem for row in basket.rows):
        raise OrderError("Not everything can be had like this any more. Please look at your cart.")
    if basket.refusal:
        raise OrderError(f"{basket.refusal} Please remove the code.")
    if basket.total != seen:
        raise OrderError("The total has changed in the meantime. Please look at it again.")
    _chargeable(basket, currency)
    order = Order.objects.create(
        cart=cart,
        state=State.AWAITING if basket.total else State.PAID,
        currency=currency,
        subtotal=basket.subtotal,
        reduction=basket.reduction,
        total=basket.total,
        discount=basket.discount,
        discount_code=basket.discount.code if basket.discount else "",
        placed_at=now,
        reserved_until=now + RESERVED,
        paid_at=None if basket.total else now,
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant_id=row.variant_id,
            sku=row.sku,
            product=row.product.name,
            version=row.name,
            unit=row.unit or 0,
            quantity=row.quantity,
        )
        for row in basket.rows
    )
    if missing := _take(lines):
        raise OrderError(f"Somebody was faster: {missing.product}, {missing.version} is gone.")
    if basket.discount and not discounts.take(basket.discount.pk):
        raise OrderError(f"{basket.discount} has been used up. Please remove the code.")
    cart.lines.all().delete()
    Cart.objects.filter(pk=cart.pk).update(discount=None)
    return order


@transaction.atomic
def cancel(order_id: int, *, refill: bool = False) -> bool:
    """Gives the stock back, and with `refill` puts the things back into the cart.

    False, and nothing happens, when the order is no longer unpaid.
    """
    order = _locked(order_id)
    if order.state not in UNPAID:
        return False
    if refill and order.cart_id:
        _refill(order)
    _move(order, State.CANCELLED)
    if order.discount_id:
        discounts.give_back(order.discount_id)
    return True


def process(order_id: int) -> bool:
    """Notes that a payment was begun which takes days; its stock stays taken."""
    awaiting = Order.objects.filter(pk=order_id, state=State.AWAITING)
    return bool(awaiting.update(state=State.PROCESSING))


@transaction.atomic
def settle(order_id: int, *, paid: int, balance: int, now: datetime) -> State:
    """Brings an order in line with its ledger: what was `paid` at all, and what of it is left."""
    order = _locked(order_id)
    after = settled(
        State(order.state),
        total=order.total,
        paid=paid,
        balance=balance,
        shipped=order.shipped_at is not None,
    )
    if after is State.PAID and order.paid_at is None:
        order.paid_at = now
    return _move(order, after)


def settled(state: State, *, total: int, paid: int, balance: int, shipped: bool) -> State:
    """The state that the ledger asks for, the same in whichever order its entries came."""
    if paid < total:
        return state
    if balance <= 0:
        return State.REFUNDED
    if shipped:
        return State.SHIPPED
    return state if state is State.REFUND_DUE else State.PAID


def ship(orders: QuerySet[Order], now: datetime) -> int:
    """Marks those that are paid as shipped, and returns how many."""
    return orders.filter(state=State.PAID).update(state=State.SHIPPED, shipped_at=now)


def of_cart(key: str | None) -> QuerySet[Order]:
    """What a visitor has ordered, newest first."""
    return Order.objects.filter(cart__key=key) if key else Order.objects.none()


def overdue(now: datetime) -> QuerySet[Order]:
    """Orders whose time to pay is over."""
    return Order.objects.filter(state=State.AWAITING, reserved_until__lte=now)


def _chargeable(basket: carts.Basket, currency: str) -> None:
    least = money.CURRENCIES[currency].least
    if 0 < basket.total < least:
        raise OrderError(f"The least that we can charge is {money.show(least, currency)}.")
    if basket.subtotal > money.MOST:
        raise OrderError(f"The most that we can charge is {money.show(money.MOST, currency)}.")


def _locked(order_id: int) -> Order:
    return Order.objects.select_for_update().get(pk=order_id)


def _move(order: Order, after: State) -> State:
    """Changes the state, and the stock with it. Money that came too late for the stock is due."""
    held = order.state in HOLDING
    if after is State.PAID and not held:
        try:
            with transaction.atomic():
                if _take(order.lines.all()):
                    raise OrderError
        except OrderError:
            after = State.REFUND_DUE
    if held and after in (State.CANCELLED, State.REFUNDED):
        for variant_id, line in _by_variant(order.lines.exclude(variant=None)):
            Variant.objects.filter(pk=variant_id).update(stock=F("stock") + line.quantity)
    order.state = after
    order.save(update_fields=["state", "paid_at"])
    return after


def _take(lines: Iterable[OrderLine]) -> OrderLine | None:
    """Takes the stock of all lines; or returns the first that cannot be had, for a rollback."""
    for variant_id, line in _by_variant(lines):
        enough = Variant.objects.filter(pk=variant_id, stock__gte=line.quantity)
        if not enough.update(stock=F("stock") - line.quantity):
            return line
    return None


def _by_variant(lines: Iterable[OrderLine]) -> Sequence[tuple[int, OrderLine]]:
    """In the order in which everybody locks them, or two buyers would wait for each other.

    A variant that was deleted has the key 0, which none has.
    """
    return sorted(((line.variant_id or 0, line) for line in lines), key=lambda pair: pair[0])


def _refill(order: Order) -> None:
    cart = Cart.objects.select_for_update().get(orders=order)
    held = dict(cart.lines.values_list("variant_id", "quantity"))
    for variant_id, line in _by_variant(order.lines.exclude(variant=None)):
        quantity = min(held.get(variant_id, 0) + line.quantity, LINE_LIMIT)
        cart.lines.update_or_create(variant_id=variant_id, defaults={"quantity": quantity})
    if cart.discount_id is None:
        Cart.objects.filter(pk=cart.pk).update(discount=order.discount_id)
