"""Metrics, read over HTTP as Prometheus reads them."""

import socket
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from appkit import metrics
from appkit.env import Environment
from appkit.settings import Settings
from appkit.wsgi import CompletedRequest, ServiceMiddleware
from devkit.testing.server import Database


def service(**values: str) -> ServiceMiddleware:
    with Environment({"ENVIRONMENT": "development", **values}) as env:
        settings = Settings.read(env, app="shop")
    return ServiceMiddleware(lambda _environ, _start: [], settings=settings, database=Database())


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
        return found


def samples(port: int) -> dict[tuple[str, str], float]:
    """Values by name and labels, such as `("x_total", "a=1,b=2")`."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    return {
        (one.name, ",".join(f"{k}={v}" for k, v in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_requests_are_counted(port: int) -> None:
    site = service(METRICS_PORT=str(port), RELEASE="sha256:1")
    metrics.start(site)
    (observe,) = site.observers
    for served in (
        CompletedRequest("GET", "products/<slug>", 200, 0.004),
        CompletedRequest("GET", "products/<slug>", 200, 0.3),
        CompletedRequest("BREW", "", 404, 0.001),
    ):
        observe(served)
    found = samples(port)
    assert found["http_requests_total", "method=GET,route=products/<slug>,status=200"] == 2
    assert found["http_requests_total", "method=other,route=,status=404"] == 1
    bucket = "http_request_duration_seconds_bucket"
    assert found[bucket, "le=0.005,route=products/<slug>"] == 1
    assert found[bucket, "le=+Inf,route=products/<slug>"] == 2
    replica = site.settings.replica
    assert found["app_info", f"release=sha256:1,replica={replica}"] == 1
    assert any(name == "process_resident_memory_bytes" for name, _ in found)


def test_without_a_port_nothing_is_counted() -> None:
    site = service()
    metrics.start(site)
    assert site.observers == []


def test_a_port_in_use_is_logged(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", port))
        other.listen()
        metrics.start(service(METRICS_PORT=str(port)))
    (message,) = caplog.messages
    assert str(port) in message
    assert "Address already in use" in message
