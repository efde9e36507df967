"""The demo catalogue, and that migrations and models agree."""

from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client

from appkit.settings import EnvironmentName
from rocket.catalog import demo
from rocket.catalog.models import Image, Price, Product, Variant
from tests.shelves import Shelve


def test_it_is_loaded_once(db: None) -> None:
    assert demo.load() == len(demo.ARTICLES)
    assert demo.load() == 0
    assert Product.objects.count() == len(demo.ARTICLES)


def test_every_row_passes_the_admins_rules(db: None) -> None:
    demo.load()
    for model in (Product, Variant, Price, Image):
        for row in model.objects.all():
            row.full_clean()


def test_every_page_of_it(db: None, client: Client) -> None:
    demo.load()
    assert client.get("/").context["page"].paginator.count == len(demo.ARTICLES)
    for product in Product.objects.all():
        assert client.get(product.get_absolute_url()).status_code == 200


def test_a_shop_with_products_is_left_alone(sparrow: int) -> None:
    assert demo.load() == 0
    assert Product.objects.count() == 1


@pytest.mark.parametrize(("environment", "loaded"), [("demo", True), ("production", False)])
@pytest.mark.django_db(transaction=True)
def test_prepare(settings: LazySettings, environment: EnvironmentName, *, loaded: bool) -> None:
    settings.APPKIT = replace(settings.APPKIT, environment=environment)
    call_command("prepare")
    call_command("prepare")
    assert Product.objects.exists() is loaded


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.django_db(transaction=True)
def test_prepare_keeps_a_catalogue(shelve: Shelve, settings: LazySettings) -> None:
    shelve("Mine", ("M", "One", 100, 1))
    settings.APPKIT = replace(settings.APPKIT, environment="demo")
    call_command("prepare")
    assert [product.name for product in Product.objects.all()] == ["Mine"]
