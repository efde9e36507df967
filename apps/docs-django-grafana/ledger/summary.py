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
"""Of the chart, in units of the drawing; a day is ten units wide, seven of them its bars."""

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
    """One day: heights of what came in and went out, and where the day begins."""

    day: date
    x: int
    up: int
    down: int


@dataclass(frozen=True)
class Chart:
    """The last `DAYS` days, oldest first; `axis` is where zero lies, from the top."""

    axis: int
    bars: tuple[Bar, ...]

    @property
    def incoming(self) -> str:
        """The `d` of an SVG path: one for all days, as sixty elements would be slow to render."""
        return "".join(f"M{bar.x} {self.axis}h7v-{bar.up}h-7z" for bar in self.bars if bar.up)

    @property
    def outgoing(self) -> str:
        """The `d` of an SVG path."""
        return "".join(f"M{bar.x} {self.axis}h7v{bar.down}h-7z" for bar in self.bars if bar.down)

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
        bars.append(Bar(day, 10 * place, up, down))
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
