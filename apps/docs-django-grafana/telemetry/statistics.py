"""Queries of the SQL statistics: the totals, and the top statements."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, QuerySet, Sum

from telemetry.models import Statement

ORDERS = ("slowest", "mean", "total", "count")
DEFAULT_STATEMENTS = 20
MAX_STATEMENTS = 100

_FIELDS = {"slowest": "slowest_ms", "mean": "mean_ms", "total": "total_ms", "count": "count"}


@dataclass(frozen=True)
class Totals:
    """Totals of all statements, in milliseconds. `since` is None if there are no statements."""

    count: int
    total_ms: float
    since: datetime | None

    @property
    def mean_ms(self) -> float:
        return self.total_ms / self.count if self.count else 0.0


def totals() -> Totals:
    found = Statement.objects.aggregate(
        count=Sum("count"), total=Sum("total_ms"), since=Min("first_seen")
    )
    return Totals(found["count"] or 0, found["total"] or 0.0, found["since"])


def top(order: str, limit: int) -> QuerySet[Statement]:
    """The `limit` statements with the highest value of `order`, one of `ORDERS`.

    Each statement also has the attribute `mean_ms`.
    """
    with_mean = Statement.objects.annotate(mean_ms=F("total_ms") / F("count"))
    return with_mean.order_by(f"-{_FIELDS[order]}", "digest")[:limit]


def clear() -> None:
    Statement.objects.all().delete()
