"""What Prometheus may ask a replica: how many requests it answered, and how fast.

`METRICS_PORT` says where they are served: never on the port that is published. The framework's
half tells the shell which route a request took; an application adds metrics of its own to the
same registry.
"""

import logging

from prometheus_client import (
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    start_http_server,
)

from appkit.settings import Settings
from appkit.wsgi import Served, ShopFloor

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others count as one: a client could invent one for each request."""

BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""

# One more series for each that counts, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]

# Prometheus itself knows which application it asks: two labels of that name would clash.
INFO = Gauge("app_info", "What runs here; always 1.", ["release", "replica"])
REQUESTS = Counter("http_requests", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram(
    "http_request_duration_seconds", "From its first byte to its end.", ["route"], buckets=BUCKETS
)

logger = logging.getLogger("appkit.metrics")


def observe(served: Served) -> None:
    """Counts one request."""
    method = served.method if served.method in METHODS else "other"
    REQUESTS.labels(method, served.route, str(served.status)).inc()
    DURATION.labels(served.route).observe(served.seconds)


def start(floor: ShopFloor) -> None:
    """Counts the requests of this process, and serves the counts from a thread of its own.

    A port that is taken is no reason to serve no pages: it is logged.
    """
    settings: Settings = floor.settings
    if settings.metrics_port is None:
        return
    INFO.labels(settings.release, settings.replica).set(1)
    floor.observers.append(observe)
    try:
        start_http_server(settings.metrics_port)
    except OSError as error:
        logger.error("no metrics on port %d: %s", settings.metrics_port, error.strerror)
