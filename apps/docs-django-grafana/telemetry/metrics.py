"""SQL metrics for Prometheus: count, duration and failures of statements by operation."""

from prometheus_client import Counter, Histogram

from telemetry import recorder

OPERATIONS = ("select", "insert", "update", "delete", "savepoint", "release", "rollback")
"""First words of statements that have their own label; all others have the label `OTHER`."""

OTHER = "other"

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Upper bounds of the histogram, in seconds."""

DURATION = Histogram(
    "sql_statement_duration_seconds",
    "Time from sending a statement until the database has executed it.",
    ["operation"],
    buckets=BUCKETS,
)
ERRORS = Counter("sql_statement_errors", "Statements that failed.", ["operation"])
for _operation in (*OPERATIONS, OTHER):
    # Prometheus needs a zero before the first failure to compute the increase.
    ERRORS.labels(_operation)


def observe(statement: str, seconds: float, failed: bool) -> None:
    """Counts one statement; a `telemetry.recorder.Listener`."""
    word = statement.split(maxsplit=1)[0].lower() if statement.strip() else ""
    operation = word if word in OPERATIONS else OTHER
    DURATION.labels(operation).observe(seconds)
    if failed:
        ERRORS.labels(operation).inc()


def attach() -> None:
    """Starts to count the statements that this process executes for requests."""
    recorder.listeners.append(observe)
