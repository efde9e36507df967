"""Generated requests to the server of the image and a database of its own: none gets a 5xx."""

from functools import partial

import pytest

from devkit.testing.served import Inputs, Served, Visitor, check_generated, served_fixture
from stripe_fake.testing import running_account

pytestmark = pytest.mark.hypothesis

INPUTS = Inputs(
    paths=(
        *("/", "/products/oak-tray", "/products/oak-tray/checkout", "/checkout/success"),
        *("/checkout/cancelled", "/stripe/webhook", "/admin", "/admin/login", "/admin/sessions"),
        *(
            "/admin/products/new",
            "/admin/products/oak-tray/edit",
            "/admin/products/oak-tray/remove",
        ),
        *("/admin/orders", "/admin/orders/cs_1", "/static/shop.css", "/readyz"),
    ),
    fields=(
        *("name", "price", "currency", "info", "short_description", "full_description", "picture"),
        *("version", "quantity", "page", "q", "session_id", "order", "password", "next"),
    ),
    cookies=("ecommerce-flask-session",),
)

served = served_fixture(
    "ecommerce-flask",
    "shop.wsgi:application",
    environ=partial(running_account, "ecommerce-flask"),
)


def test_generated_requests(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    password = served.manage("create-admin", "ada")
    fields = {"name": "ada", "password": password}
    signed_in = served.sign_in("/admin/login", fields, "/admin/products/new")
    check_generated(served, capsys, INPUTS, Visitor(signed_in, "/admin"))
