"""Business metrics for Prometheus: transactions, sign-ins, sessions, API tokens."""

import logging
from collections.abc import Iterable

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import Error, connection
from django.db.models import Count, Sum
from django.utils import timezone
from prometheus_client import REGISTRY, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from accounts.models import ApiToken, Session
from ledger.models import Kind, Transaction

BOOKED = Counter("ledger_booked", "Transactions that this replica booked.", ["type", "door"])
SIGN_INS = Counter("ledger_sign_ins", "Sign-in attempts that this replica handled.", ["outcome"])
# Prometheus needs a zero before the first event to compute its increase.
for _outcome in ("right", "wrong"):
    SIGN_INS.labels(_outcome)
for _type in Kind.values:
    for _source in ("api", "page"):
        BOOKED.labels(_type, _source)

logger = logging.getLogger("ledger.metrics")


class LedgerCollector(Collector):
    """Queries the database at each scrape. All replicas report the same values."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        up, transactions, amount, sessions, tokens = families = self._families()
        try:
            sums = {
                row["type"]: row
                for row in Transaction.objects.order_by()
                .values("type")
                .annotate(count=Count("pk"), sum=Sum("amount"))
            }
            sessions.add_metric([], Session.objects.filter(expire_date__gt=timezone.now()).count())
            tokens.add_metric([], ApiToken.objects.count())
        except Error as error:
            logger.warning(
                "cannot collect the ledger metrics, the database does not respond: %s",
                type(error).__name__,
            )
            up.add_metric([], 0)
            return [up]
        finally:
            # Each scrape runs in its own thread, whose connection nothing else would close.
            if not connection.in_atomic_block:
                connection.close()
        for kind in Kind.values:
            row = sums.get(kind, {"count": 0, "sum": 0})
            transactions.add_metric([kind], row["count"])
            amount.add_metric([kind], float(row["sum"]))
        up.add_metric([], 1)
        return families

    def describe(self) -> Iterable[GaugeMetricFamily]:
        # Without this method the registry would call `collect`, and so query the database.
        return self._families()

    def _families(self) -> list[GaugeMetricFamily]:
        return [
            GaugeMetricFamily("ledger_database_up", "1 if the database responds, 0 otherwise."),
            GaugeMetricFamily("ledger_transactions", "Number of transactions.", labels=["type"]),
            GaugeMetricFamily(
                "ledger_amount_euros", "Sum of the amounts of all transactions.", labels=["type"]
            ),
            GaugeMetricFamily("ledger_sessions", "Sessions that have not expired."),
            GaugeMetricFamily("ledger_api_tokens", "API tokens that were not revoked."),
        ]


def attach() -> None:
    """Registers the metrics of this process."""
    REGISTRY.register(LedgerCollector())
    user_logged_in.connect(_count_success, dispatch_uid="ledger.metrics")
    user_login_failed.connect(_count_failure, dispatch_uid="ledger.metrics")


def _count_success(**_signal: object) -> None:
    SIGN_INS.labels("right").inc()


def _count_failure(**_signal: object) -> None:
    SIGN_INS.labels("wrong").inc()
