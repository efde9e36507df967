"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

from collections.abc import Iterator

import pytest

from devkit.testing.hostile import Request, requests
from devkit.testing.served import Served, serve
from stripe_fake.testing import KEY, WEBHOOK_SECRET, running_fake

pytestmark = pytest.mark.hypothesis

PATHS = (
    *("/", "/products/oak-tray", "/products/oak-tray/checkout", "/checkout/success"),
    *("/checkout/cancelled", "/stripe/webhook", "/admin", "/admin/login", "/admin/sessions"),
    *("/admin/products/new", "/admin/products/oak-tray/edit", "/admin/products/oak-tray/remove"),
    *("/admin/orders", "/admin/orders/cs_1", "/static/shop.css", "/readyz"),
)
FIELDS = (
    *("name", "price", "currency", "info", "short_description", "full_description", "picture"),
    *("version", "quantity", "page", "q", "session_id", "order", "password", "next"),
)
COOKIES = ("ecommerce-flask-session",)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with running_fake() as stripe:
        stripe_account = {
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": stripe.origin,
            "PUBLIC_URL": "http://shop.test/ecommerce-flask",
        }
        with serve(
            "ecommerce-flask", "shop.wsgi:application", folder, environ=stripe_account
        ) as application:
            yield application


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    password = served.manage("create-admin", "ada")
    fields = {"name": "ada", "password": password}
    signed_in = served.sign_in("/admin/login", fields, "/admin/products/new")
    served.check_all(requests(PATHS, FIELDS, COOKIES))
    served.check_all(requests(PATHS, FIELDS, COOKIES), signed_in)
    assert served.send(Request(path="/admin", headers=signed_in)).status == 200
    with capsys.disabled():
        print(f"\n{served.summary()}")
