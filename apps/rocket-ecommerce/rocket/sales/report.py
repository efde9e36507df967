"""The sales report: amounts from the ledger, quantities from the orders. Days are in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from rocket.orders.models import Order, OrderLine, OrderState
from rocket.payments.models import Entry

PERIODS = (7, 30, 90)
"""The lengths of a report in days, today included."""

MAX_BEST_SELLERS = 8


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    net: int
    """Payments minus refunds, in the smallest unit."""
    payments: int


@dataclass(frozen=True, slots=True)
class BestSeller:
    product: str
    quantity: int
    revenue: int


@dataclass(frozen=True, slots=True)
class Report:
    currency: str
    days: Sequence[Day]
    """All days of the period, oldest first, including days without payments."""
    paid: int
    refunded: int
    payments: int
    best_sellers: Sequence[BestSeller]
    orders_by_state: Sequence[tuple[str, int]]
    """Number of orders placed in the period, by the label of their current state."""

    @property
    def net(self) -> int:
        return self.paid - self.refunded

    @property
    def average_payment(self) -> int:
        return self.paid // self.payments if self.payments else 0

    @property
    def best_day(self) -> Day:
        return max(self.days, key=lambda day: day.net)

    @property
    def is_empty(self) -> bool:
        return not self.orders_by_state and not self.paid and not self.refunded


def report(*, currency: str, days: int, now: datetime) -> Report:
    """The report of the last `days` days, today included."""
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    # An entry without an order belongs to another shop that uses the same Stripe account.
    entries = Entry.objects.filter(
        currency=currency, payment__order__isnull=False, happened_at__gte=since
    )
    is_payment = Q(kind=Entry.Kind.PAYMENT)
    rows = list(
        entries.annotate(day=TruncDate("happened_at", tzinfo=UTC))
        .values("day")
        .annotate(
            net=Sum("amount"),
            paid=Sum("amount", filter=is_payment, default=0),
            payments=Count("id", filter=is_payment),
        )
        # Replaces the model's default order, whose fields Django would group by.
        .order_by("day")
    )
    by_day = {row["day"]: Day(row["day"], row["net"], row["payments"]) for row in rows}
    paid = sum(row["paid"] for row in rows)
    return Report(
        currency=currency,
        days=[
            by_day.get(day, Day(day, 0, 0))
            for day in (first + timedelta(days=number) for number in range(days))
        ],
        paid=paid,
        refunded=paid - sum(day.net for day in by_day.values()),
        payments=sum(day.payments for day in by_day.values()),
        best_sellers=_best_sellers(currency, since),
        orders_by_state=_orders_by_state(currency, since),
    )


def _best_sellers(currency: str, since: datetime) -> Sequence[BestSeller]:
    rows = (
        OrderLine.objects.filter(
            order__currency=currency,
            order__paid_at__gte=since,
            order__state__in=(OrderState.PAID, OrderState.SHIPPED),
        )
        .values("product")
        .annotate(sold=Sum("quantity"), revenue=Sum(F("unit") * F("quantity")))
        .order_by("-sold", "product")[:MAX_BEST_SELLERS]
    )
    return [BestSeller(row["product"], row["sold"], row["revenue"]) for row in rows]


def _orders_by_state(currency: str, since: datetime) -> Sequence[tuple[str, int]]:
    rows = (
        Order.objects.filter(currency=currency, placed_at__gte=since)
        .values("state")
        .annotate(orders=Count("id"))
        .order_by()
    )
    counts = {row["state"]: row["orders"] for row in rows}
    return [(str(state.label), counts[state]) for state in OrderState if state in counts]
