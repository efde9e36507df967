"""The pages of the catalogue are kept, and never show an old price or stock."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from rocket.catalog import revision
from rocket.catalog.models import Category, Image, Price, Product, Tag, Variant
from rocket.orders import rules as orders
from tests.product_factory import MakeProduct
from tests.purchases import buy
from tests.responses import text
from tests.wsgi_client import PREFIX, WsgiClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture
def kit(make_product: MakeProduct) -> int:
    return make_product("Kit", ("K-A", "A", 1950, 30), ("K-B", "B", 2150, 1), tags=("Gift",))


PATHS = ("/", "/?q=kit&sort=name", "/?tag=gift", "/categories/kits/", "/products/kit/")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_rendered_once(
    kit: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    first = client.get(path)
    with django_assert_num_queries(1):  # the revision
        again = client.get(path)
    assert (again.status_code, without_token(again)) == (200, without_token(first))
    assert again["Content-Type"] == first["Content-Type"]
    assert "Cookie" in again["Vary"]
    assert first.templates
    assert not again.templates


def without_token(page: Any) -> str:
    return re.sub('(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}', "", text(page))


def raw_update(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


CHANGES: dict[str, tuple[str, Callable[[], object], str]] = {
    "price": ("/", lambda: Price.objects.filter(variant__sku="K-A").update(amount=1000), "€10.00"),
    "stock": ("/", lambda: Variant.objects.update(stock=0), "is-sold-out"),
    "name": ("/", lambda: Product.objects.update(name="Renamed"), "Renamed"),
    "category": ("/", lambda: Category.objects.update(name="Other"), "Other"),
    "image": ("/", lambda: Image.objects.update(alt="Another drawing"), "Another drawing"),
    "new category": ("/", lambda: Category.objects.create(name="Empty", slug="empty"), ""),
    "deleted variant": ("/", lambda: Variant.objects.get(sku="K-A").delete(), "€21.50"),
    "saved product": ("/", lambda: rename("Saved"), "Saved"),
    "deleted product": ("/", lambda: Product.objects.all().delete(), "no products yet"),
    "price of an offer": ("/products/kit/", lambda: Price.objects.update(amount=1000), "€10.00"),
    "stock of an offer": ("/products/kit/", lambda: Variant.objects.update(stock=0), "sold-out"),
    "text": ("/products/kit/", lambda: Product.objects.update(description="New."), "New."),
    "SQL": ("/products/kit/", lambda: raw_update("UPDATE catalog_price SET amount = 7"), "€0.07"),
    "tag": ("/products/kit/", lambda: Tag.objects.update(name="Present"), "Present"),
    "tagged": (
        "/products/kit/",
        lambda: tag_product("Big"),
        "?tag=big",
    ),
    "untagged": ("/?tag=gift", lambda: tag_product(None), "No product"),
    "tag that is searched for": ("/?q=big", lambda: Tag.objects.update(name="Big"), "Kit"),
}


def tag_product(name: str | None) -> None:
    tags = [Tag.objects.create(name=name, slug=name.lower())] if name else []
    Product.objects.get().tags.set(tags)


def rename(name: str) -> None:
    product = Product.objects.get()
    product.name = name
    product.save()


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_catalogue_is_shown_at_once(
    kit: int, client: Client, change: str
) -> None:
    path, apply, shown = CHANGES[change]
    client.get(path)
    assert not client.get(path).templates
    before = revision.read()
    apply()
    assert revision.read() != before
    page = client.get(path)
    assert page.templates
    assert shown in text(page)


def test_no_revision_returns_after_a_restore(kit: int) -> None:
    raw_update("CREATE TEMPORARY TABLE backup AS SELECT * FROM catalog_version")
    seen = {revision.read()}
    Variant.objects.update(stock=3)
    seen.add(revision.read())
    raw_update("DELETE FROM catalog_version")
    raw_update("INSERT INTO catalog_version SELECT * FROM backup")
    raw_update("DROP TABLE backup")
    Variant.objects.update(stock=4)
    assert revision.read() not in seen


@pytest.mark.parametrize(("path", "sold_out"), [("/", 1), ("/products/kit/", 2)])
def test_an_order_and_its_cancellation_change_the_stock_on_the_page(
    kit: int, client: Client, path: str, sold_out: int
) -> None:
    assert text(client.get(path)).count("is-sold-out") == 0
    Variant.objects.filter(sku="K-A").update(stock=1)
    client.get(path)
    order = buy(("K-A", 1), ("K-B", 1))
    assert text(client.get(path)).count("is-sold-out") == sold_out
    orders.cancel(order.pk)
    assert text(client.get(path)).count("is-sold-out") == 0


def test_a_change_that_is_rolled_back_is_never_shown(kit: int, client: Client) -> None:
    client.get("/")
    with transaction.atomic():
        Price.objects.update(amount=99900)
        assert "€999.00" in text(client.get("/"))
        transaction.set_rollback(True)
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


@pytest.mark.parametrize("path", PATHS)
def test_visitors_share_a_page_but_not_its_count(kit: int, client: Client, path: str) -> None:
    client.post("/products/kit/", {"sku": "K-A", "quantity": 2})
    message_page = client.get(path)
    assert "message" in text(message_page)
    other = Client()
    for visitor, count in ((client, 2), (other, 0), (client, 2)):
        page = visitor.get(path)
        assert f'<span class="count">{count}</span>' in text(page)
        assert 'role="status"' not in text(page)
    assert not page.templates
    assert "no-store" in page["Cache-Control"]


def test_each_visitor_of_a_kept_page_can_send_its_form(kit: int) -> None:
    visitors = [Client(enforce_csrf_checks=True) for _ in range(3)]
    tokens = [
        re.findall(r'csrfmiddlewaretoken" value="(\w+)"', text(visitor.get("/products/kit/")))
        for visitor in visitors
    ]
    for visitor, (token,) in zip(visitors, tokens, strict=True):
        line = {"sku": "K-A", "quantity": 1}
        assert visitor.post("/products/kit/", line).status_code == 403
        sent = visitor.post("/products/kit/", {**line, "csrfmiddlewaretoken": token})
        assert sent.status_code == 303
    foreign = {"sku": "K-A", "quantity": 1, "csrfmiddlewaretoken": tokens[0][0]}
    assert visitors[1].post("/products/kit/", foreign).status_code == 403


def test_an_invalid_form_is_shown_to_its_sender_only(kit: int, client: Client) -> None:
    client.get("/products/kit/")
    invalid = client.post("/products/kit/", {"sku": "K-B", "quantity": 9})
    assert (invalid.status_code, "quantity-error" in text(invalid)) == (422, True)
    assert "quantity-error" not in text(client.get("/products/kit/"))


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
        migrate("0005_product_by_publication")
    before = revision.read()
    Variant.objects.update(stock=4)
    assert revision.read() != before
