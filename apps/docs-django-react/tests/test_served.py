"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from devkit.testing.hostile import Request, requests
from devkit.testing.served import Served, cookie_header, serve

pytestmark = pytest.mark.hypothesis

DIAGRAM = "diagrams/00000000-0000-4000-8000-000000000000"
PATHS = (
    *("/", "/sign-in", "/account", "/diagrams", "/diagrams/", f"/{DIAGRAM}", "/static/x.js"),
    *("/api/csrf", "/api/password", "/api/dashboard", "/api/diagrams", f"/api/{DIAGRAM}"),
    *("/api/openapi.json", "/api/", "/readyz"),
)
FIELDS = ("range", "page", "q", "name", "password", "current", "new", "nodes", "edges", "version")
COOKIES = ("docs-django-react-session", "docs-django-react-csrf")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application with pages in place of those that Vite builds."""
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree("workbench", folder / "workbench")
    shutil.copytree("appkit", folder / "appkit")
    shutil.copy("manage.py", folder)
    bundle = folder / "frontend" / "dist"
    (bundle / "static").mkdir(parents=True)
    for name in ("index.html", "400.html", "500.html", "503.html"):
        (bundle / name).write_text('<meta name="application-name" content="docs-django-react">')
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sources: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    target = "workbench.wsgi:application"
    with serve("docs-django-react", target, folder, sources=sources) as application:
        yield application


def sign_in(served: Served, name: str, password: str) -> dict[str, str]:
    token = {"Cookie": f"{COOKIES[1]}={'a' * 32}", "X-CSRFToken": "a" * 32}
    headers = {**token, "Content-Type": "application/json"}
    body = json.dumps({"name": name, "password": password}).encode()
    answer = served.send(Request("POST", "/api/session", "", headers, body))
    assert answer.status == 200, answer
    return {**cookie_header(answer), "X-CSRFToken": answer.cookies[COOKIES[1]]}


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    signed_in = sign_in(served, "ada", served.manage("create_user", "ada"))
    served.check_all(requests((*PATHS, "/api/session"), FIELDS, COOKIES))
    served.check_all(requests(PATHS, FIELDS, COOKIES), signed_in)
    session = served.send(Request(path="/api/session", headers=signed_in))
    assert json.loads(session.body)["user"] == {"name": "ada"}
    with capsys.disabled():
        print(f"\n{served.summary()}")
