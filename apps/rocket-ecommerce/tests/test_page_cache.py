"""The cached product list never shows an old price or stock."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from rocket.catalog import version
from rocket.catalog.models import Category, Image, Price, Product, Variant
from rocket.orders import rules as orders
from rocket.storefront import page_cache
from tests.product_factory import MakeProduct
from tests.purchases import buy
from tests.responses import text
from tests.wsgi_client import PREFIX, WsgiClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    page_cache._pages.clear()
    yield
    page_cache._pages.clear()


@pytest.fixture
def kit(make_product: MakeProduct) -> int:
    return make_product("Kit", ("K-A", "A", 1950, 30), ("K-B", "B", 2150, 1))


def test_a_page_is_rendered_once(
    kit: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get("/")
    with django_assert_num_queries(1):  # the version
        again = client.get("/")
    assert (again.status_code, again.content) == (200, first.content)
    assert again["Content-Type"] == first["Content-Type"]
    assert "Cookie" in again["Vary"]
    assert first.templates
    assert not again.templates


CHANGES: dict[str, tuple[Callable[[], object], str]] = {
    "price": (lambda: Price.objects.filter(variant__sku="K-A").update(amount=1000), "€10.00"),
    "stock": (lambda: Variant.objects.update(stock=0), "is-sold-out"),
    "name": (lambda: Product.objects.update(name="Renamed"), "Renamed"),
    "category": (lambda: Category.objects.update(name="Other"), "Other"),
    "image": (lambda: Image.objects.update(alt="Another drawing"), "Another drawing"),
    "new category": (lambda: Category.objects.create(name="Empty", slug="empty"), ""),
    "deleted variant": (lambda: Variant.objects.get(sku="K-A").delete(), "€21.50"),
    "saved product": (lambda: rename("Saved"), "Saved"),
    "deleted product": (lambda: Product.objects.all().delete(), "no products yet"),
}


def rename(name: str) -> None:
    product = Product.objects.get()
    product.name = name
    product.save()


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_catalogue_is_shown_at_once(
    kit: int, client: Client, change: str
) -> None:
    apply, shown = CHANGES[change]
    client.get("/")
    before = version.read()
    apply()
    assert version.read() > before
    page = client.get("/")
    assert page.templates
    assert shown in text(page)


def test_an_order_and_its_cancellation_change_the_stock_on_the_page(
    kit: int, client: Client
) -> None:
    assert text(client.get("/")).count("is-sold-out") == 0
    Variant.objects.filter(sku="K-A").update(stock=1)
    client.get("/")
    order = buy(("K-A", 1), ("K-B", 1))
    assert text(client.get("/")).count("is-sold-out") == 1
    orders.cancel(order.pk)
    assert text(client.get("/")).count("is-sold-out") == 0


def test_a_change_that_is_rolled_back_is_never_shown(kit: int, client: Client) -> None:
    client.get("/")
    with transaction.atomic():
        Price.objects.update(amount=99900)
        assert "€999.00" in text(client.get("/"))
        transaction.set_rollback(True)
    # This change has the same version as the one that was rolled back.
    Price.objects.update(amount=88800)
    page = text(client.get("/"))
    assert ("€888.00" in page, "€999.00" in page) == (True, False)


@pytest.mark.parametrize("until", [timedelta(minutes=5), timedelta(days=-1)])
def test_a_product_appears_when_it_is_published(
    kit: int,
    make_product: MakeProduct,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    until: timedelta,
) -> None:
    now = timezone.now()
    make_product("Comet", ("C", "One", 100, 5), published=now + timedelta(minutes=5))
    make_product("Star", ("S", "One", 100, 5), published=now - timedelta(hours=1))
    assert ("Comet" in text(client.get("/")), "Star" in text(client.get("/"))) == (False, True)

    def later() -> datetime:
        return now + until

    monkeypatch.setattr(timezone, "now", later)
    page = text(client.get("/"))
    # The clock may also be set back.
    assert ("Comet" in page, "Star" in page) == (until > timedelta(), until > timedelta())


def test_visitors_share_a_page_but_not_its_count(kit: int, client: Client) -> None:
    client.post("/products/kit/", {"sku": "K-A", "quantity": 2})
    message_page = client.get("/")
    assert "message" in text(message_page)
    other = Client()
    for visitor, count in ((client, 2), (other, 0), (client, 2)):
        page = visitor.get("/")
        assert f'<span class="count">{count}</span>' in text(page)
        assert 'role="status"' not in text(page)
    assert not page.templates


def test_pages_differ_by_currency_path_query_and_prefix(kit: int, client: Client) -> None:
    Price.objects.create(variant=Variant.objects.get(sku="K-A"), currency="JPY", amount=3200)
    client.get("/")
    yen = Client()
    yen.post("/currency/", {"currency": "JPY"})
    yen.get("/")
    for _ in range(2):
        assert "¥3,200" in text(yen.get("/"))
        assert "€19.50" in text(client.get("/"))
        assert 'aria-current="page">Kits' in text(client.get("/categories/kits/"))
        assert "Search</h1>" in text(client.get("/?q=x"))
        assert client.get("/categories/none/").status_code == 404
        for prefix in ("", PREFIX):
            page = WsgiClient(prefix=prefix).get("/")
            assert f'href="{prefix}/products/kit/"' in page.text


def test_the_number_of_pages_is_bounded(
    kit: int, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "MAX_PAGES", 1)
    for path in ("/", "/categories/kits/", "/", "/categories/none/"):
        client.get(path)
        assert len(page_cache._pages) == 1


def test_other_methods_are_not_allowed(kit: int, client: Client) -> None:
    for _ in range(2):
        assert client.head("/").status_code == 200
        assert client.post("/").status_code == 405


def test_a_removed_migration_removes_the_triggers(kit: int) -> None:
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    def migrate(name: str) -> Any:
        return MigrationExecutor(connection).migrate([("catalog", name)])

    migrate("0002_stripe_products")
    try:
        Variant.objects.update(stock=3)
    finally:
        migrate("0003_catalog_version")
    before = version.read()
    Variant.objects.update(stock=4)
    assert version.read() > before
