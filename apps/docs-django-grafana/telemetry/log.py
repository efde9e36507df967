"""What the statistics say: the sums, and the statements that matter most."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, QuerySet, Sum

from telemetry.models import Statement

ORDERS = ("slowest", "mean", "total", "count")
DEFAULT_STATEMENTS = 20
MOST_STATEMENTS = 100

_FIELDS = {"slowest": "slowest_ms", "mean": "mean_ms", "total": "total_ms", "count": "count"}


@dataclass(frozen=True)
class Sums:
    """Of all statements, in milliseconds; `since` is None when there is no statement."""

    count: int
    total_ms: float
    since: datetime | None

    @property
    def mean_ms(self) -> float:
        return self.total_ms / self.count if self.count else 0.0


def sums() -> Sums:
    found = Statement.objects.aggregate(
        count=Sum("count"), total=Sum("total_ms"), since=Min("first_seen")
    )
    return Sums(found["count"] or 0, found["total"] or 0.0, found["since"])


def leading(order: str, limit: int) -> QuerySet[Statement]:
    """The `limit` statements with the highest value of `order`, one of `ORDERS`.

    Each has `mean_ms`, too.
    """
    with_mean = Statement.objects.annotate(mean_ms=F("total_ms") / F("count"))
    return with_mean.order_by(f"-{_FIELDS[order]}", "digest")[:limit]


def clear() -> None:
    Statement.objects.all().delete()
