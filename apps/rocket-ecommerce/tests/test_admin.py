"""The content system, as somebody who is signed in uses it."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from rocket.catalog.models import Category, Price, Product, Variant
from tests.browser import PREFIX, Browser


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
def test_pages(sparrow: int, admin_client: Client, path: str) -> None:
    assert admin_client.get(path).status_code == 200


def test_every_field_has_a_name(sparrow: int, admin_user: User, admin_client: Client) -> None:
    assert 'aria-label="Position"' in admin_client.get("/admin/catalog/category/").text
    page = admin_client.get(f"/admin/auth/user/{admin_user.pk}/change/").text
    assert 'aria-label="Date joined: date"' in page


def test_strangers_are_sent_to_sign_in(db: None) -> None:
    page = Browser(prefix=PREFIX).get("/admin/")
    assert page.status == 302
    assert page.headers["Location"] == f"{PREFIX}/admin/login/?next={PREFIX}/admin/"


def test_the_first_admin_signs_in_on_any_replica(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_admin", "captain")
    password = capsys.readouterr().out.strip()
    browser = Browser(prefix=PREFIX)
    signed_in = browser.post("/admin/login/", {"username": "captain", "password": password})
    assert signed_in.headers["Location"] == f"{PREFIX}/admin/"
    other = Browser(prefix=PREFIX, cookies=browser.cookies)
    page = other.get("/admin/").text
    assert "Rocket: ground control" in page
    assert f'<a href="{PREFIX}/">View site</a>' in page
    User.objects.get(username="captain").delete()
    assert other.get("/admin/").status == 302


def test_too_many_wrong_passwords_have_to_wait(
    admin_user: User,
) -> None:
    form = {"username": "admin", "password": "wrong"}
    browser = Browser(prefix=PREFIX)
    most = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts
    assert {browser.post("/admin/login/", form).status for _ in range(most)} == {400}
    refused = browser.post("/admin/login/", {**form, "password": "password"})
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert "Too many wrong passwords. Try again in 15 minutes." in refused.text


def test_a_product_is_made_priced_and_sold(admin_client: Client) -> None:
    kits = Category.objects.create(name="Kits", slug="kits", summary="All kits.")
    made = admin_client.post(
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
    assert made.status_code == 302
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


def test_it_is_in_the_shops_colours_and_below_the_prefix(db: None) -> None:
    page = Browser(prefix=PREFIX).get("/admin/login/")
    assert "| Rocket</title>" in page.text
    assert "<h1>Log in</h1>" in page.text
    assert any("storefront/admin." in address for address in page.addresses)
    for address in page.addresses:
        assert address.startswith((f"{PREFIX}/", "#")), address
