"""The demo data, and that migrations and models agree."""

from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client

from appkit.settings import EnvironmentName
from rocket.catalog import demo
from rocket.catalog.models import Image, Price, Product, Variant
from tests.product_factory import MakeProduct


@pytest.mark.sqlite
def test_loading_twice_adds_nothing(db: None) -> None:
    assert demo.load() == len(demo.PRODUCTS)
    assert demo.load() == 0
    assert Product.objects.count() == len(demo.PRODUCTS)


def test_every_row_is_valid(db: None) -> None:
    demo.load()
    for model in (Product, Variant, Price, Image):
        for row in model.objects.all():
            row.full_clean()


def test_every_product_page_is_shown(db: None, client: Client) -> None:
    demo.load()
    assert client.get("/").context["page"].paginator.count == len(demo.PRODUCTS)
    for product in Product.objects.all():
        assert client.get(product.get_absolute_url()).status_code == 200


def test_a_catalogue_with_products_is_not_changed(sparrow: int) -> None:
    assert demo.load() == 0
    assert Product.objects.count() == 1


@pytest.mark.sqlite
@pytest.mark.parametrize(("environment", "loaded"), [("demo", True), ("production", False)])
@pytest.mark.django_db(transaction=True)
def test_prepare_loads_demo_data_in_the_demo_environment_only(
    settings: LazySettings, environment: EnvironmentName, *, loaded: bool
) -> None:
    settings.APPKIT = replace(settings.APPKIT, environment=environment)
    call_command("prepare")
    call_command("prepare")
    assert Product.objects.exists() is loaded


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.django_db(transaction=True)
def test_prepare_keeps_an_existing_catalogue(
    make_product: MakeProduct, settings: LazySettings
) -> None:
    make_product("Mine", ("M", "One", 100, 1))
    settings.APPKIT = replace(settings.APPKIT, environment="demo")
    call_command("prepare")
    assert [product.name for product in Product.objects.all()] == ["Mine"]
