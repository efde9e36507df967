"""The WSGI application that gunicorn serves, with its static files."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from appkit.django.settings import current
from config.wsgi import application

# The end of a request closes a connection that is inside a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def request(path: str) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and body of a GET that forges forwarded headers."""
    environ: dict[str, Any] = {"PATH_INFO": path, "REMOTE_ADDR": "10.0.0.9"}
    environ |= {"HTTP_X_FORWARDED_PREFIX": "/evil", "HTTP_HOST": "any.example"}
    setup_testing_defaults(environ)
    response: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], *_exc_info: object) -> Any:
        response[:] = [int(status[:3]), dict(headers)]

    body: Iterable[bytes] = application(environ, start)
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return response[0], response[1], content


def test_a_page_and_its_static_files() -> None:
    status, headers, body = request("/")
    assert status == 200
    assert headers["X-Replica"] == current().replica
    assert b"/evil" not in body
    for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', body.decode()):
        assert re.fullmatch(r"/static/ledger/\w+\.[0-9a-f]{12}\.(css|svg)", link)
        status, headers, _ = request(link)
        assert status == 200
        assert "immutable" in headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_endpoints(path: str) -> None:
    status, _, body = request(path)
    assert status == 200
    assert b'"app": "docs-django-grafana"' in body


def test_metrics_are_registered_only_if_they_are_served() -> None:
    # In a new process, because an import that registers metrics cannot be undone.
    names = "ledger_database_up", "ledger_transactions"
    code = (
        "import config.wsgi; from prometheus_client import REGISTRY;"
        "print(*sorted(REGISTRY._names_to_collectors))"
    )
    for port, is_registered in (("", False), ("9100", True)):
        environ = {**os.environ, "METRICS_PORT": port}
        command = [sys.executable, "-c", code]
        found = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)  # noqa: S603
        assert (set(names) <= set(found.stdout.split())) == is_registered
