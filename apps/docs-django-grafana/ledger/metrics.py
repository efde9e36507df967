"""The business for Prometheus: what was booked, who is signed in."""

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
SIGN_INS = Counter("ledger_sign_ins", "Attempts to sign in at this replica.", ["outcome"])
# The first of each is one more than none, not one out of nowhere.
for _outcome in ("right", "wrong"):
    SIGN_INS.labels(_outcome)
for _kind in Kind.values:
    for _door in ("api", "page"):
        BOOKED.labels(_kind, _door)

logger = logging.getLogger("ledger.metrics")


class LedgerCollector(Collector):
    """Asks the database at each scrape; every replica gives the same answer."""

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
            logger.warning("the database does not answer: %s", type(error).__name__)
            up.add_metric([], 0)
            return [up]
        finally:
            # Each scrape has a thread of its own, which takes its connection with it.
            if not connection.in_atomic_block:
                connection.close()
        for kind in Kind.values:
            row = sums.get(kind, {"count": 0, "sum": 0})
            transactions.add_metric([kind], row["count"])
            amount.add_metric([kind], float(row["sum"]))
        up.add_metric([], 1)
        return families

    def describe(self) -> Iterable[GaugeMetricFamily]:
        # Otherwise the registry would ask the database for the names.
        return self._families()

    def _families(self) -> list[GaugeMetricFamily]:
        return [
            GaugeMetricFamily("ledger_database_up", "Whether the database answers."),
            GaugeMetricFamily("ledger_transactions", "Transactions booked.", labels=["type"]),
            GaugeMetricFamily("ledger_amount_euros", "Their sum.", labels=["type"]),
            GaugeMetricFamily("ledger_sessions", "Sessions that have not expired."),
            GaugeMetricFamily("ledger_api_tokens", "API tokens that were not revoked."),
        ]


def attach() -> None:
    """Tells what happens in this process, from now on."""
    REGISTRY.register(LedgerCollector())
    user_logged_in.connect(_signed_in, dispatch_uid="ledger.metrics")
    user_login_failed.connect(_not_signed_in, dispatch_uid="ledger.metrics")


def _signed_in(**_signal: object) -> None:
    SIGN_INS.labels("right").inc()


def _not_signed_in(**_signal: object) -> None:
    SIGN_INS.labels("wrong").inc()
