"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

from collections.abc import Iterator

import pytest

from devkit.testing.hostile import Request, requests
from devkit.testing.served import Served, serve
from stripe_fake.testing import KEY, WEBHOOK_SECRET, running_fake

pytestmark = pytest.mark.hypothesis

PATHS = (
    *("/", "/categories/kits/", "/products/sparrow/", "/cart/", "/cart/code/", "/checkout/"),
    *("/orders/", "/orders/x/", "/currency/", "/stripe/webhook", "/sales/", "/sitemap.xml"),
    *("/admin/", "/admin/login/", "/admin/orders/order/", "/admin/catalog/product/add/"),
    *("/admin/catalog/product/1/change/", "/admin/discounts/discount/add/", "/readyz"),
)
FIELDS = (
    *("sku", "quantity", "remove", "code", "total", "currency", "next", "q", "tag", "page", "sort"),
    *("stock", "days", "email", "name", "address", "username", "password", "pay", "cancel"),
    *("state__exact", "p", "o", "kind", "value", "minimum", "limit", "starts", "ends"),
)
COOKIES = ("rocket-ecommerce-session", "rocket-ecommerce-csrf")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with running_fake() as stripe:
        stripe_account = {
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": stripe.origin,
            "PUBLIC_URL": "http://shop.test/rocket-ecommerce",
        }
        with serve(
            "rocket-ecommerce", "rocket.wsgi:application", folder, environ=stripe_account
        ) as application:
            yield application


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    password = served.manage("create_admin", "ada")
    fields = {"username": "ada", "password": password}
    signed_in = served.sign_in("/admin/login/", fields, "/admin/")
    served.check_all(requests(PATHS, FIELDS, COOKIES))
    served.check_all(requests(PATHS, FIELDS, COOKIES), signed_in)
    assert served.send(Request(path="/admin/", headers=signed_in)).status == 200
    with capsys.disabled():
        print(f"\n{served.summary()}")
