"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

import pytest

from devkit.testing.served import Inputs, Served, Visitor, check_generated, served_fixture

pytestmark = pytest.mark.hypothesis

INPUTS = Inputs(
    paths=(
        *(
            "/",
            "/about/",
            "/author/",
            "/contact/",
            "/contact/x/",
            "/components/",
            "/components/tabs/",
        ),
        *("/components/tabs/favourite/", "/sign-up/", "/sign-in/", "/profile/", "/profile/name/"),
        *("/profile/password/", "/profile/sessions/99/end/", "/profile/sessions/end/"),
        *("/profile/delete/", "/static/x.css", "/readyz"),
    ),
    fields=(
        *("name", "email", "password", "new_password", "confirmation", "remember", "next", "q"),
        *("topic", "message", "favourite", "version"),
    ),
    cookies=("flask-soft-ui-session",),
)

served = served_fixture("flask-soft-ui", "soft_ui.wsgi:application")


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    address = "ada@example.org"
    password = served.manage("create-user", "Ada", address)
    fields = {"email": address, "password": password}
    signed_in = served.sign_in("/sign-in/", fields, "/profile/")
    check_generated(served, capsys, INPUTS, Visitor(signed_in, "/profile/"))
