"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

import json
import shutil
from pathlib import Path

import pytest

from devkit.testing.hostile import Request
from devkit.testing.served import (
    Inputs,
    Served,
    Visitor,
    check_generated,
    cookie_header,
    served_fixture,
)

pytestmark = pytest.mark.hypothesis

DIAGRAM = "diagrams/00000000-0000-4000-8000-000000000000"
CSRF_COOKIE = "docs-django-react-csrf"
INPUTS = Inputs(
    paths=(
        *("/", "/sign-in", "/account", "/diagrams", "/diagrams/", f"/{DIAGRAM}", "/static/x.js"),
        *("/api/csrf", "/api/password", "/api/dashboard", "/api/diagrams", f"/api/{DIAGRAM}"),
        *("/api/openapi.json", "/api/", "/readyz"),
    ),
    fields=(
        "range",
        "page",
        "q",
        "name",
        "password",
        "current",
        "new",
        "nodes",
        "edges",
        "version",
    ),
    cookies=("docs-django-react-session", CSRF_COOKIE),
)


def with_pages(folder: Path) -> Path:
    """The application with pages in place of those that Vite builds."""
    shutil.copytree("workbench", folder / "workbench")
    shutil.copytree("appkit", folder / "appkit")
    shutil.copy("manage.py", folder)
    bundle = folder / "frontend" / "dist"
    (bundle / "static").mkdir(parents=True)
    for name in ("index.html", "400.html", "500.html", "503.html"):
        (bundle / name).write_text('<meta name="application-name" content="docs-django-react">')
    return folder


served = served_fixture("docs-django-react", "workbench.wsgi:application", sources=with_pages)


def sign_in(served: Served, name: str, password: str) -> dict[str, str]:
    token = {"Cookie": f"{CSRF_COOKIE}={'a' * 32}", "X-CSRFToken": "a" * 32}
    headers = {**token, "Content-Type": "application/json"}
    body = json.dumps({"name": name, "password": password}).encode()
    answer = served.send(Request("POST", "/api/session", "", headers, body))
    assert answer.status == 200, answer
    return {**cookie_header(answer), "X-CSRFToken": answer.cookies[CSRF_COOKIE]}


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    signed_in = sign_in(served, "ada", served.manage("create_user", "ada"))
    own = "/api/session"
    visitor = Visitor(signed_in, own)
    check_generated(served, capsys, INPUTS, visitor, anonymous_paths=(own,))
    session = served.send(Request(path=own, headers=signed_in))
    assert json.loads(session.body)["user"] == {"name": "ada"}
