"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

from collections.abc import Iterator

import pytest

from devkit.testing.hostile import Request, requests
from devkit.testing.served import Served, serve

pytestmark = pytest.mark.hypothesis

PATHS = (
    *("/", "/about/", "/author/", "/contact/", "/contact/x/", "/components/", "/components/tabs/"),
    *("/components/tabs/favourite/", "/sign-up/", "/sign-in/", "/profile/", "/profile/name/"),
    *("/profile/password/", "/profile/sessions/99/end/", "/profile/sessions/end/"),
    *("/profile/delete/", "/static/x.css", "/readyz"),
)
FIELDS = (
    *("name", "email", "password", "new_password", "confirmation", "remember", "next", "q"),
    *("topic", "message", "favourite", "version"),
)
COOKIES = ("flask-soft-ui-session",)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with serve("flask-soft-ui", "soft_ui.wsgi:application", folder) as application:
        yield application


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    address = "ada@example.org"
    password = served.manage("create-user", "Ada", address)
    fields = {"email": address, "password": password}
    signed_in = served.sign_in("/sign-in/", fields, "/profile/")
    served.check_all(requests(PATHS, FIELDS, COOKIES))
    served.check_all(requests(PATHS, FIELDS, COOKIES), signed_in)
    assert served.send(Request(path="/profile/", headers=signed_in)).status == 200
    with capsys.disabled():
        print(f"\n{served.summary()}")
