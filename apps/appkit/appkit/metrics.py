"""Prometheus metrics of a replica: the number of requests and their duration.

They are served on `METRICS_PORT`, which is never published. The framework's part reports the route
of each request to the middleware. An application may add its own metrics to the same registry.
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
from appkit.wsgi import CompletedRequest, ServiceMiddleware

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""All other methods share one label, because a client can invent any number of them."""

BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""

# It would be one more time series for each counter, which no dashboard uses.
disable_created_metrics()  # type: ignore[no-untyped-call]

# Prometheus adds the label `app` itself; a label of that name here would conflict.
INFO = Gauge("app_info", "Release and replica of this process; always 1.", ["release", "replica"])
REQUESTS = Counter("http_requests", "Requests that were answered.", ["method", "route", "status"])
DURATION = Histogram(
    "http_request_duration_seconds",
    "Seconds from the start of a request to the end of its response.",
    ["route"],
    buckets=BUCKETS,
)

logger = logging.getLogger("appkit.metrics")


def observe(request: CompletedRequest) -> None:
    """Counts one request."""
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, request.route, str(request.status)).inc()
    DURATION.labels(request.route).observe(request.seconds)


def start(service: ServiceMiddleware) -> None:
    """Counts the requests of this process and serves the metrics from a thread of its own.

    When the port is in use, the error is logged and the application runs without metrics.
    """
    settings: Settings = service.settings
    if settings.metrics_port is None:
        return
    INFO.labels(settings.release, settings.replica).set(1)
    service.observers.append(observe)
    try:
        start_http_server(settings.metrics_port)
    except OSError as error:
        logger.error(
            "metrics are not served: cannot listen on port %d: %s",
            settings.metrics_port,
            error.strerror,
        )
