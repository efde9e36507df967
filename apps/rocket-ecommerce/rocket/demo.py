"""Demo data: the catalogue, discounts and 60 days of orders. It fills only empty tables."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from rocket.catalog import demo as catalog
from rocket.catalog.models import Price
from rocket.discounts.models import Discount
from rocket.orders.models import Order, OrderLine, OrderState
from rocket.orders.unpaid import RESERVATION
from rocket.payments.models import Entry, Payment

DAYS = 60
"""The age of the oldest demo order, in days."""

DISCOUNTS = (
    {"code": "FIRSTFLIGHT", "kind": "percentage", "value": 10},
    {"code": "ORBIT5", "kind": "amount", "value": 500, "currency": "EUR", "minimum": 4000},
)


@transaction.atomic
def load() -> None:
    catalog.load()
    if not Discount.objects.exists():
        for discount in DISCOUNTS:
            Discount.objects.create(**discount)
    if not Order.objects.exists():
        _load_orders(timezone.now())


def _load_orders(now: datetime) -> None:
    """Creates up to five orders a day, more at weekends. The result depends only on the date."""
    prices = list(
        Price.objects.filter(currency="EUR").select_related("variant__product").order_by("id")
    )
    number = 0
    for age in range(DAYS, 0, -1):
        day = now - timedelta(days=age)
        orders_of_day = (day.day * 7 + age) % 4 + (2 if day.isoweekday() > 5 else 0)
        for index in range(orders_of_day):
            number += 1
            chosen = [prices[(number * step + age) % len(prices)] for step in (5, 11)]
            _create_order(
                number, chosen[: 1 + number % 2], day - timedelta(minutes=97 * index), age
            )


def _create_order(number: int, prices: list[Price], placed_at: datetime, age: int) -> None:
    quantities = [1 + (number + index) % 2 for index, _ in enumerate(prices)]
    total = sum(price.amount * quantity for price, quantity in zip(prices, quantities, strict=True))
    refunded, cancelled = number % 17 == 0, number % 13 == 0
    state = OrderState.SHIPPED if age > 2 else OrderState.PAID
    if refunded or cancelled:
        state = OrderState.REFUNDED if refunded else OrderState.CANCELLED
    paid_at = None if state is OrderState.CANCELLED else placed_at + timedelta(minutes=3)
    order = Order.objects.create(
        state=state,
        currency="EUR",
        subtotal=total,
        total=total,
        placed_at=placed_at,
        reserved_until=placed_at + RESERVATION,
        paid_at=paid_at,
        shipped_at=placed_at + timedelta(days=1) if state is OrderState.SHIPPED else None,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant=price.variant,
            sku=price.variant.sku,
            product=price.variant.product.name,
            version=price.variant.name,
            unit=price.amount,
            quantity=quantity,
        )
        for price, quantity in zip(prices, quantities, strict=True)
    )
    if paid_at is not None:
        _create_entries(order, number, paid_at, refunded=refunded)


def _create_entries(order: Order, number: int, paid_at: datetime, *, refunded: bool) -> None:
    payment = Payment.objects.create(intent=f"pi_demo_{number}", order=order)
    entries = [(Entry.Kind.PAYMENT, payment.intent, order.total, paid_at)]
    if refunded:
        refunded_at = paid_at + timedelta(hours=9)
        entries.append((Entry.Kind.REFUND, f"re_demo_{number}", -order.total, refunded_at))
    Entry.objects.bulk_create(
        Entry(
            payment=payment,
            kind=kind,
            reference=reference,
            amount=amount,
            currency="EUR",
            happened_at=happened_at,
        )
        for kind, reference, amount, happened_at in entries
    )
