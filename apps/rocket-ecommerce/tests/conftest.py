"""Fixtures for products and for the fake of Stripe, and the settings of the tests."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify

from devkit.testing import use_reproducible_examples
from devkit.testing.django import keep_templates
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY, WEBHOOK_SECRET, running_fake
from tests.product_factory import MakeProduct, VariantRow

if TYPE_CHECKING:
    from rocket.orders.models import Order

os.environ.setdefault("ENVIRONMENT", "development")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rocket.settings")

use_reproducible_examples()


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates() -> None:
    keep_templates()


@pytest.fixture(autouse=True)
def fast_settings(settings: LazySettings) -> None:
    """Saves the time for indexing static files and for hashing passwords in every test."""
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def make_product(db: None) -> MakeProduct:
    """Creates products that were published an hour ago by default."""
    from rocket.catalog.models import (  # noqa: PLC0415  # Django is not set up at import time
        Category,
        Image,
        Price,
        Product,
        Tag,
        Variant,
    )

    def make(
        name: str,
        *variants: VariantRow,
        category: str = "Kits",
        tags: Sequence[str] = (),
        published: datetime | None = timezone.now() - timedelta(hours=1),  # noqa: B008
        text: str = "Plain words.",
    ) -> int:
        in_category, _ = Category.objects.get_or_create(
            slug=slugify(category), defaults={"name": category, "summary": f"All {category}."}
        )
        product = Product.objects.create(
            category=in_category,
            name=name,
            slug=slugify(name),
            summary=f"{name} in short.",
            description=text,
            published_at=published,
        )
        for tag in tags:
            product.tags.add(Tag.objects.get_or_create(name=tag, slug=slugify(tag))[0])
        Image.objects.create(product=product, drawing="sparrow", alt=f"Drawing of {name}")
        for sku, label, cents, stock in variants:
            variant = Variant.objects.create(product=product, sku=sku, name=label, stock=stock)
            if cents is not None:
                Price.objects.create(variant=variant, currency="EUR", amount=cents)
        return product.pk

    return make


@pytest.fixture
def sparrow(make_product: MakeProduct) -> int:
    """A product with four variants: in stock, few left, sold out, and without a price."""
    return make_product(
        "Sparrow",
        ("SP-RED", "Red", 1950, 30),
        ("SP-BLUE", "Blue", 2150, 3),
        ("SP-RAW", "Unpainted", 1650, 0),
        ("SP-GOLD", "Gold", None, 9),
    )


@pytest.fixture
def buyer(sparrow: int, client: Client) -> Client:
    """A visitor whose cart has two SP-RED and one SP-BLUE: €60.50."""
    for sku, quantity in (("SP-RED", 2), ("SP-BLUE", 1)):
        client.post("/products/sparrow/", {"sku": sku, "quantity": quantity})
    # Shows the messages once, so that they are not on the pages of the test.
    client.get("/cart/")
    return client


@pytest.fixture
def stripe_fake() -> Iterator[StripeFake]:
    with running_fake() as fake:
        yield fake


@pytest.fixture
def gateway(stripe_fake: StripeFake, settings: LazySettings) -> Gateway:
    """Turns checkout on, with the fake in place of Stripe."""
    fake_gateway = Gateway(
        KEY, WEBHOOK_SECRET, "http://shop.test/rocket-ecommerce", stripe_fake.origin
    )
    settings.GATEWAY = fake_gateway
    return fake_gateway


@pytest.fixture
def order(buyer: Client, gateway: Gateway) -> "Order":
    """An unpaid order of two SP-RED and one SP-BLUE with a payment page: €60.50."""
    from rocket.orders.models import Order  # noqa: PLC0415  # Django is not set up at import time

    buyer.post("/checkout/", {"total": 6050})
    return Order.objects.get()
