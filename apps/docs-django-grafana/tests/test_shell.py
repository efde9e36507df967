"""The application as gunicorn serves it: in the shell, below a prefix, with its static files."""

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

# A real request drops connections that it finds inside a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def ask(path: str) -> tuple[int, dict[str, str], bytes]:
    environ: dict[str, Any] = {"PATH_INFO": path, "REMOTE_ADDR": "10.0.0.9"}
    environ |= {"HTTP_X_FORWARDED_PREFIX": "/evil", "HTTP_HOST": "any.example"}
    setup_testing_defaults(environ)
    answer: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], *_exc_info: object) -> Any:
        answer[:] = [int(status[:3]), dict(headers)]

    body: Iterable[bytes] = application(environ, start)
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return answer[0], answer[1], content


def test_a_page_and_its_style() -> None:
    status, headers, body = ask("/")
    assert status == 200
    assert headers["X-Replica"] == current().replica
    assert b"/evil" not in body
    for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', body.decode()):
        assert re.fullmatch(r"/static/ledger/\w+\.[0-9a-f]{12}\.(css|svg)", link)
        status, headers, _ = ask(link)
        assert status == 200
        assert "immutable" in headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health(path: str) -> None:
    status, _, body = ask(path)
    assert status == 200
    assert b'"app": "docs-django-grafana"' in body


def test_metrics_are_told_where_they_are_served() -> None:
    """In a process of its own: what a module attaches when imported stays attached."""
    names = "ledger_database_up", "ledger_transactions"
    code = (
        "import config.wsgi; from prometheus_client import REGISTRY;"
        "print(*sorted(REGISTRY._names_to_collectors))"
    )
    for port, there in (("", False), ("9100", True)):
        environ = {**os.environ, "METRICS_PORT": port}
        run = [sys.executable, "-c", code]
        found = subprocess.run(run, env=environ, check=True, capture_output=True, text=True)  # noqa: S603
        assert (set(names) <= set(found.stdout.split())) == there
