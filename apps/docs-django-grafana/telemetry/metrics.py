"""SQL for Prometheus: how many statements of each kind, how fast, how many failed."""

from prometheus_client import Counter, Histogram

from telemetry import recorder

OPERATIONS = ("select", "insert", "update", "delete", "savepoint", "release", "rollback")
"""First words; others count as one."""

OTHER = "other"

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Seconds."""

DURATION = Histogram(
    "sql_statement_duration_seconds",
    "From sending a statement until the database has executed it.",
    ["operation"],
    buckets=BUCKETS,
)
ERRORS = Counter("sql_statement_errors", "Statements that failed.", ["operation"])
for _operation in (*OPERATIONS, OTHER):
    # The first failure is one more than none, not one out of nowhere.
    ERRORS.labels(_operation)


def observe(statement: str, seconds: float, failed: bool) -> None:
    """A `telemetry.recorder.Listener`."""
    word = statement.split(maxsplit=1)[0].lower() if statement.strip() else ""
    operation = word if word in OPERATIONS else OTHER
    DURATION.labels(operation).observe(seconds)
    if failed:
        ERRORS.labels(operation).inc()


def attach() -> None:
    """Counts what this process executes for its requests, from now on."""
    recorder.listeners.append(observe)
