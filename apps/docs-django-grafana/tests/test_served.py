"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

import pytest

from devkit.testing.served import Inputs, Served, Visitor, check_generated, served_fixture

pytestmark = pytest.mark.hypothesis

ISSUE = """
from accounts.tokens import issue
from django.contrib.auth.models import User
print(issue(User.objects.get(username="ada"), "till"))
"""
INPUTS = Inputs(
    paths=(
        *(
            "/",
            "/book/",
            "/sign-in/",
            "/account/",
            "/account/password/",
            "/account/tokens/",
            "/sql/",
        ),
        *(
            "/account/tokens/1/revoke/",
            "/account/sessions/end-others/",
            "/api/",
            "/api/openapi.json",
        ),
        *(
            "/api/transactions/",
            "/api/transactions/1/",
            "/api/sql-logs/",
            "/api/nothing/",
            "/readyz",
        ),
    ),
    fields=(
        *("user", "type", "since", "until", "min", "max", "note", "amount", "time", "name", "next"),
        *("page", "page_size", "order", "limit", "username", "password", "old_password"),
    ),
    cookies=("docs-django-grafana-session", "docs-django-grafana-csrf"),
)

served = served_fixture("docs-django-grafana", "config.wsgi:application")


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    password = served.manage("create_user", "ada")
    fields = {"username": "ada", "password": password}
    signed_in = served.sign_in("/sign-in/", fields, "/account/")
    bearer = {"Authorization": f"Bearer {served.manage('shell', '--no-imports', '-c', ISSUE)}"}
    api = "/api/transactions/"
    visitors = Visitor(signed_in, "/account/"), Visitor(bearer, api, paths=(api,))
    check_generated(served, capsys, INPUTS, *visitors)
