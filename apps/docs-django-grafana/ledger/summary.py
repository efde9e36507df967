"""The totals of selected transactions, and their chart by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from ledger.models import INCOMING, Transaction

DAYS = 30
"""Days in the chart; the last one is the day of the newest transaction."""

HEIGHT = 80
"""Height of the chart in SVG units. A day is ten units wide, its bar seven."""

_IN = Q(type__in=INCOMING)


@dataclass(frozen=True)
class Totals:
    """Sums in euros; `outgoing` is positive."""

    count: int
    incoming: Decimal
    outgoing: Decimal
    newest: datetime | None
    """The time of the newest transaction; None if there are none."""

    @property
    def balance(self) -> Decimal:
        return self.incoming - self.outgoing


@dataclass(frozen=True)
class Bar:
    """One day: the heights of its incoming and outgoing bar, and its left edge."""

    day: date
    x: int
    up: int
    down: int


@dataclass(frozen=True)
class Chart:
    """The last `DAYS` days, oldest first. `axis` is the distance of zero from the top."""

    axis: int
    bars: tuple[Bar, ...]

    @property
    def incoming(self) -> str:
        """The `d` of one SVG path for all days: browsers render sixty elements more slowly."""
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
        count=Count("pk"),
        incoming=Sum("amount", filter=_IN),
        outgoing=Sum("amount", filter=~_IN),
        newest=Max("time"),
    )
    zero = Decimal(0)
    return Totals(sums["count"], sums["incoming"] or zero, sums["outgoing"] or zero, sums["newest"])


def chart(transactions: QuerySet[Transaction], newest: datetime | None) -> Chart | None:
    """The chart up to `newest`, the time of the newest of `transactions`; None if it is None."""
    if newest is None:
        return None
    first = newest.date() - timedelta(days=DAYS - 1)
    sums = _by_day(transactions.filter(time__date__gte=first))
    highest, deepest = (max(values) for values in zip(*sums.values(), strict=True))
    scale = HEIGHT / float(highest + deepest)
    axis = round(float(highest) * scale)
    bars = []
    for index in range(DAYS):
        day = first + timedelta(days=index)
        up, down = (round(float(value) * scale) for value in sums.get(day, (0, 0)))
        bars.append(Bar(day, 10 * index, up, down))
    return Chart(axis, tuple(bars))


def _by_day(transactions: QuerySet[Transaction]) -> dict[date, tuple[Decimal, Decimal]]:
    rows = (
        transactions.annotate(day=TruncDate("time"))
        .values("day")
        .order_by("day")
        .annotate(incoming=Sum("amount", filter=_IN), outgoing=Sum("amount", filter=~_IN))
    )
    zero = Decimal(0)
    return {row["day"]: (row["incoming"] or zero, row["outgoing"] or zero) for row in rows}
