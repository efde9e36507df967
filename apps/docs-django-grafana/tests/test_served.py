"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

from collections.abc import Iterator

import pytest

from devkit.testing.hostile import Request, requests
from devkit.testing.served import Served, serve

pytestmark = pytest.mark.hypothesis

ISSUE = """
from accounts.tokens import issue
from django.contrib.auth.models import User
print(issue(User.objects.get(username="ada"), "till"))
"""
PATHS = (
    *("/", "/book/", "/sign-in/", "/account/", "/account/password/", "/account/tokens/", "/sql/"),
    *("/account/tokens/1/revoke/", "/account/sessions/end-others/", "/api/", "/api/openapi.json"),
    *("/api/transactions/", "/api/transactions/1/", "/api/sql-logs/", "/api/nothing/", "/readyz"),
)
FIELDS = (
    *("user", "type", "since", "until", "min", "max", "note", "amount", "time", "name", "next"),
    *("page", "page_size", "order", "limit", "username", "password", "old_password"),
)
COOKIES = ("docs-django-grafana-session", "docs-django-grafana-csrf")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with serve("docs-django-grafana", "config.wsgi:application", folder) as application:
        yield application


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    password = served.manage("create_user", "ada")
    fields = {"username": "ada", "password": password}
    signed_in = served.sign_in("/sign-in/", fields, "/account/")
    bearer = {"Authorization": f"Bearer {served.manage('shell', '--no-imports', '-c', ISSUE)}"}
    served.check_all(requests(PATHS, FIELDS, COOKIES))
    served.check_all(requests(PATHS, FIELDS, COOKIES), signed_in)
    served.check_all(requests(("/api/transactions/",), FIELDS, COOKIES), bearer)
    assert served.send(Request(path="/account/", headers=signed_in)).status == 200
    assert served.send(Request(path="/api/transactions/", headers=bearer)).status == 200
    with capsys.disabled():
        print(f"\n{served.summary()}")
