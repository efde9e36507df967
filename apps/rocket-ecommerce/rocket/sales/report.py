"""What came in, out of the ledger; what was sold, out of the orders. Days are those of UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from rocket.orders.models import Order, OrderLine, State
from rocket.payments.models import Entry

PERIODS = (7, 30, 90)
"""Days that a report may cover, today included."""

BEST = 8
"""The most products of the list of best sellers."""


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    net: int
    """Payments less refunds, in the smallest unit."""
    payments: int


@dataclass(frozen=True, slots=True)
class Seller:
    product: str
    quantity: int
    revenue: int


@dataclass(frozen=True, slots=True)
class Report:
    currency: str
    days: Sequence[Day]
    """Each day of the period, the first one first, with those on which nothing happened."""
    paid: int
    refunded: int
    payments: int
    sellers: Sequence[Seller]
    states: Sequence[tuple[str, int]]
    """How many orders that were placed in the period have come how far."""

    @property
    def net(self) -> int:
        return self.paid - self.refunded

    @property
    def average(self) -> int:
        """Of one payment."""
        return self.paid // self.payments if self.payments else 0

    @property
    def best_day(self) -> Day:
        return max(self.days, key=lambda day: day.net)

    @property
    def is_empty(self) -> bool:
        return not self.states and not self.paid and not self.refunded


def report(*, currency: str, days: int, now: datetime) -> Report:
    """The last `days` days, today included."""
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    # What belongs to no order is of another shop on the same account at Stripe.
    entries = Entry.objects.filter(
        currency=currency, payment__order__isnull=False, happened_at__gte=since
    )
    paying = Q(kind=Entry.Kind.PAYMENT)
    rows = list(
        entries.annotate(day=TruncDate("happened_at", tzinfo=UTC))
        .values("day")
        .annotate(
            net=Sum("amount"),
            paid=Sum("amount", filter=paying, default=0),
            payments=Count("id", filter=paying),
        )
        # The model's own order would make a group of each row.
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
        sellers=_sellers(currency, since),
        states=_states(currency, since),
    )


def _sellers(currency: str, since: datetime) -> Sequence[Seller]:
    rows = (
        OrderLine.objects.filter(
            order__currency=currency,
            order__paid_at__gte=since,
            order__state__in=(State.PAID, State.SHIPPED),
        )
        .values("product")
        .annotate(pieces=Sum("quantity"), revenue=Sum(F("unit") * F("quantity")))
        .order_by("-pieces", "product")[:BEST]
    )
    return [Seller(row["product"], row["pieces"], row["revenue"]) for row in rows]


def _states(currency: str, since: datetime) -> Sequence[tuple[str, int]]:
    rows = (
        Order.objects.filter(currency=currency, placed_at__gte=since)
        .values("state")
        .annotate(orders=Count("id"))
        .order_by()
    )
    counts = {row["state"]: row["orders"] for row in rows}
    return [(str(state.label), counts[state]) for state in State if state in counts]
