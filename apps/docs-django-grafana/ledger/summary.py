"""What a selection of transactions adds up to."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from ledger.models import INCOMING, Transaction

DAYS = 30
"""Days in the chart, up to the newest transaction."""

HEIGHT = 80
"""Of the chart, in units of the drawing; a day is ten units wide."""

_IN = Q(type__in=INCOMING)


@dataclass(frozen=True)
class Totals:
    """Euros; `outgoing` is positive."""

    count: int
    incoming: Decimal
    outgoing: Decimal

    @property
    def balance(self) -> Decimal:
        return self.incoming - self.outgoing


@dataclass(frozen=True)
class Bar:
    """One day: heights of what came in and went out, `x` and `top` the upper left corner."""

    day: date
    x: int
    top: int
    up: int
    down: int


@dataclass(frozen=True)
class Chart:
    """The last `DAYS` days, oldest first; `axis` is the height of zero from the top."""

    axis: int
    bars: tuple[Bar, ...]

    @property
    def first(self) -> date:
        return self.bars[0].day

    @property
    def last(self) -> date:
        return self.bars[-1].day


def totals(transactions: QuerySet[Transaction]) -> Totals:
    sums = transactions.aggregate(
        count=Count("pk"), incoming=Sum("amount", filter=_IN), outgoing=Sum("amount", filter=~_IN)
    )
    none = Decimal(0)
    return Totals(sums["count"], sums["incoming"] or none, sums["outgoing"] or none)


def chart(transactions: QuerySet[Transaction]) -> Chart | None:
    """The days up to the newest of the selection; None when there is none."""
    newest = transactions.aggregate(newest=Max("time"))["newest"]
    if newest is None:
        return None
    first = newest.date() - timedelta(days=DAYS - 1)
    sums = _by_day(transactions.filter(time__date__gte=first))
    highest, deepest = (max(values) for values in zip(*sums.values(), strict=True))
    scale = HEIGHT / float(highest + deepest)
    axis = round(float(highest) * scale)
    bars = []
    for place in range(DAYS):
        day = first + timedelta(days=place)
        up, down = (round(float(value) * scale) for value in sums.get(day, (0, 0)))
        bars.append(Bar(day, 10 * place, axis - up, up, down))
    return Chart(axis, tuple(bars))


def _by_day(transactions: QuerySet[Transaction]) -> dict[date, tuple[Decimal, Decimal]]:
    rows = (
        transactions.annotate(day=TruncDate("time"))
        .values("day")
        .order_by("day")
        .annotate(incoming=Sum("amount", filter=_IN), outgoing=Sum("amount", filter=~_IN))
    )
    none = Decimal(0)
    return {row["day"]: (row["incoming"] or none, row["outgoing"] or none) for row in rows}
