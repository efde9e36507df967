"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

from functools import partial

import pytest

from devkit.testing.served import Inputs, Served, Visitor, check_generated, served_fixture
from stripe_fake.testing import running_account

pytestmark = pytest.mark.hypothesis

INPUTS = Inputs(
    paths=(
        *("/", "/categories/kits/", "/products/sparrow/", "/cart/", "/cart/code/", "/checkout/"),
        *("/orders/", "/orders/x/", "/currency/", "/stripe/webhook", "/sales/", "/sitemap.xml"),
        *("/admin/", "/admin/login/", "/admin/orders/order/", "/admin/catalog/product/add/"),
        *("/admin/catalog/product/1/change/", "/admin/discounts/discount/add/", "/readyz"),
    ),
    fields=(
        *(
            "sku",
            "quantity",
            "remove",
            "code",
            "total",
            "currency",
            "next",
            "q",
            "tag",
            "page",
            "sort",
        ),
        *("stock", "days", "email", "name", "address", "username", "password", "pay", "cancel"),
        *("state__exact", "p", "o", "kind", "value", "minimum", "limit", "starts", "ends"),
    ),
    cookies=("rocket-ecommerce-session", "rocket-ecommerce-csrf"),
)

served = served_fixture(
    "rocket-ecommerce",
    "rocket.wsgi:application",
    environ=partial(running_account, "rocket-ecommerce"),
)


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    password = served.manage("create_admin", "ada")
    fields = {"username": "ada", "password": password}
    signed_in = served.sign_in("/admin/login/", fields, "/admin/")
    check_generated(served, capsys, INPUTS, Visitor(signed_in, "/admin/"))
