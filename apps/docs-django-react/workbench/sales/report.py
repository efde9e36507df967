"""Computes the dashboard's figures from the sales. All amounts are euro cents."""

from collections import Counter
from datetime import date, timedelta
from typing import TypedDict

from django.db.models import Aggregate, Count, F, Max, Q, Sum

from workbench.sales.models import Channel, Sale
from workbench.sales.period import Period, Range, comparison_days, period

TOP_PRODUCTS = 6


class Totals(TypedDict):
    revenue: int
    sales: int
    units: int


class Bucket(TypedDict):
    """`start` is the first day (ISO 8601); `total` is the sum of `revenue` over its channels."""

    start: str
    revenue: dict[str, int]
    total: int


class ChannelShare(TypedDict):
    channel: str
    label: str
    revenue: int


class ProductRow(TypedDict):
    name: str
    category: str
    units: int
    revenue: int


class Report(TypedDict):
    """`previous` are the totals to compare with; `weekdays` the mean revenues, Monday first."""

    first: str
    last: str
    unit: str
    totals: Totals
    previous: Totals
    series: list[Bucket]
    channels: list[ChannelShare]
    products: list[ProductRow]
    weekdays: list[int]


def report(chosen: Range) -> Report | None:
    """The report up to the last day with a sale; None if there are no sales."""
    last: date | None = Sale.objects.aggregate(last=Max("sold_on"))["last"]
    if last is None:
        return None
    current = period(chosen, last)
    daily = _daily(current)
    totals, previous = _totals((current.first, current.last), comparison_days(current))
    return Report(
        first=current.first.isoformat(),
        last=current.last.isoformat(),
        unit=current.unit.value,
        totals=totals,
        previous=previous,
        series=_series(current, daily),
        channels=_channels(daily),
        products=_products(current),
        weekdays=_weekdays(current, daily),
    )


type Daily = dict[tuple[date, str], int]


def _daily(current: Period) -> Daily:
    """Revenue by day and channel: about a thousand rows at most, however many sales there are."""
    rows = (
        Sale.objects.filter(sold_on__range=(current.first, current.last))
        .values_list("sold_on", "channel")
        .annotate(revenue=Sum("amount"))
    )
    return {(day, channel): revenue for day, channel, revenue in rows}


def _totals(*periods: tuple[date, date]) -> list[Totals]:
    """The totals of each period, its first and last day, with one query."""
    sums: dict[str, Aggregate] = {}
    for index, days in enumerate(periods):
        within = Q(sold_on__range=days)
        sums[f"revenue{index}"] = Sum("amount", filter=within, default=0)
        sums[f"sales{index}"] = Count("pk", filter=within)
        sums[f"units{index}"] = Sum("units", filter=within, default=0)
    first, last = min(period[0] for period in periods), max(period[1] for period in periods)
    row = Sale.objects.filter(sold_on__range=(first, last)).aggregate(**sums)
    return [
        Totals(
            revenue=row[f"revenue{index}"], sales=row[f"sales{index}"], units=row[f"units{index}"]
        )
        for index in range(len(periods))
    ]


def _series(current: Period, daily: Daily) -> list[Bucket]:
    sums: Counter[tuple[int, str]] = Counter()
    for (day, channel), revenue in daily.items():
        sums[current.bucket(day), channel] += revenue
    buckets = []
    for index, start in enumerate(current.starts):
        by_channel = {channel: sums[index, channel] for channel in Channel.values}
        total = sum(by_channel.values())
        buckets.append(Bucket(start=start.isoformat(), revenue=by_channel, total=total))
    return buckets


def _channels(daily: Daily) -> list[ChannelShare]:
    sums: Counter[str] = Counter()
    for (_, channel), revenue in daily.items():
        sums[channel] += revenue
    return [
        ChannelShare(channel=channel.value, label=channel.label, revenue=sums[channel.value])
        for channel in Channel
    ]


def _products(current: Period) -> list[ProductRow]:
    """The products with the highest revenue; ties are ordered by name."""
    rows = (
        Sale.objects.filter(sold_on__range=(current.first, current.last))
        .values(name=F("product__name"), category=F("product__category"))
        .annotate(sold=Sum("units"), revenue=Sum("amount"))
        .order_by("-revenue", "name")[:TOP_PRODUCTS]
    )
    return [
        ProductRow(
            name=row["name"], category=row["category"], units=row["sold"], revenue=row["revenue"]
        )
        for row in rows
    ]


def _weekdays(current: Period, daily: Daily) -> list[int]:
    length = (current.last - current.first).days + 1
    days = Counter((current.first + timedelta(days=day)).weekday() for day in range(length))
    revenues: Counter[int] = Counter()
    for (day, _), revenue in daily.items():
        revenues[day.weekday()] += revenue
    return [round(revenues[weekday] / max(days[weekday], 1)) for weekday in range(7)]
