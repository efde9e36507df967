"""Django's admin: login, accessible names, and creating a product."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from rocket.admin_site import ShopAdminSite
from rocket.catalog.models import Category, Price, Product, Variant
from tests.wsgi_client import PREFIX, WsgiClient


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/catalog/category/",
        "/admin/catalog/category/add/",
        "/admin/catalog/tag/add/",
        "/admin/catalog/product/?q=SP-RED",
        "/admin/catalog/product/add/",
        "/admin/catalog/variant/?q=red",
        "/admin/catalog/variant/add/",
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        "/admin/auth/group/add/",
    ],
)
def test_pages_are_shown(sparrow: int, admin_client: Client, path: str) -> None:
    assert admin_client.get(path).status_code == 200


def test_fields_have_accessible_names(sparrow: int, admin_user: User, admin_client: Client) -> None:
    assert 'aria-label="Position"' in admin_client.get("/admin/catalog/category/").text
    page = admin_client.get(f"/admin/auth/user/{admin_user.pk}/change/").text
    assert 'aria-label="Date joined: date"' in page


def test_anonymous_visitors_are_redirected_to_the_login(db: None) -> None:
    page = WsgiClient(prefix=PREFIX).get("/admin/")
    assert page.status == 302
    assert page.headers["Location"] == f"{PREFIX}/admin/login/?next={PREFIX}/admin/"


def test_a_created_admin_logs_in_and_the_session_is_valid_on_every_replica(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_admin", "captain")
    password = capsys.readouterr().out.strip()
    visitor = WsgiClient(prefix=PREFIX)
    signed_in = visitor.post("/admin/login/", {"username": "captain", "password": password})
    assert signed_in.headers["Location"] == f"{PREFIX}/admin/"
    other = WsgiClient(prefix=PREFIX, cookies=visitor.cookies)
    page = other.get("/admin/").text
    assert ShopAdminSite.site_header in page
    assert f'<a href="{PREFIX}/">View site</a>' in page
    User.objects.get(username="captain").delete()
    assert other.get("/admin/").status == 302


def test_too_many_wrong_passwords_are_limited(admin_user: User) -> None:
    form = {"username": "admin", "password": "wrong"}
    visitor = WsgiClient(prefix=PREFIX)
    max_attempts = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts
    assert {visitor.post("/admin/login/", form).status for _ in range(max_attempts)} == {400}
    refused = visitor.post("/admin/login/", {**form, "password": "password"})
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert "15 minutes" in refused.text


def test_a_new_product_is_for_sale_once_it_has_a_price(admin_client: Client) -> None:
    kits = Category.objects.create(name="Kits", slug="kits", summary="All kits.")
    created = admin_client.post(
        "/admin/catalog/product/add/",
        {
            "category": kits.pk,
            "name": "Comet",
            "slug": "comet",
            "summary": "Fast.",
            "description": "Very fast.",
            "published_at_0": "2026-01-01",
            "published_at_1": "12:00:00",
            "images-TOTAL_FORMS": 1,
            "images-INITIAL_FORMS": 0,
            "images-0-drawing": "sparrow",
            "images-0-alt": "A comet",
            "images-0-position": 0,
            "variants-TOTAL_FORMS": 1,
            "variants-INITIAL_FORMS": 0,
            "variants-0-name": "Red",
            "variants-0-sku": "COMET-RED",
            "variants-0-stock": 4,
            "variants-0-position": 0,
        },
    )
    assert created.status_code == 302
    assert Product.objects.get().name == "Comet"
    assert admin_client.get("/products/comet/").status_code == 404
    variant = Variant.objects.get()
    priced = admin_client.post(
        f"/admin/catalog/variant/{variant.pk}/change/",
        {
            "product": variant.product_id,
            "name": "Red",
            "sku": "COMET-RED",
            "stock": 4,
            "initial-stock": 4,
            "position": 0,
            "prices-TOTAL_FORMS": 1,
            "prices-INITIAL_FORMS": 0,
            "prices-0-currency": "EUR",
            "prices-0-amount": 1250,
        },
    )
    assert priced.status_code == 302
    assert Price.objects.get().amount == 1250
    assert "€12.50" in admin_client.get("/products/comet/").content.decode()


def test_the_login_uses_the_shops_styles_and_links_below_the_prefix(db: None) -> None:
    page = WsgiClient(prefix=PREFIX).get("/admin/login/")
    assert "| Rocket</title>" in page.text
    assert "<h1>Log in</h1>" in page.text
    assert any("storefront/admin." in address for address in page.addresses)
    for address in page.addresses:
        assert address.startswith((f"{PREFIX}/", "#")), address
