"""A catalogue to build by hand, and the settings under which the tests run."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone
from django.utils.text import slugify

from devkit.testing import use_reproducible_examples
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY, WEBHOOK_SECRET, running_fake
from tests.shelves import Shelve, VariantRow

os.environ.setdefault("ENVIRONMENT", "development")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rocket.settings")

# SQLite has one writer at a time: there, nothing races.
_on_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
collect_ignore = [] if _on_postgres else ["test_races.py"]

use_reproducible_examples()


@pytest.fixture(autouse=True)
def quick(settings: LazySettings) -> None:
    """Saves what each test client and password would take: seconds for nothing."""
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def shelve(db: None) -> Shelve:
    """A function that makes a product and returns its key; published an hour ago unless told."""
    from rocket.catalog.models import (  # noqa: PLC0415  # after the settings are known
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
        shelf, _ = Category.objects.get_or_create(
            slug=slugify(category), defaults={"name": category, "summary": f"All {category}."}
        )
        product = Product.objects.create(
            category=shelf,
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
def sparrow(shelve: Shelve) -> int:
    """A product with a version of each kind: plenty, few, none, and not for sale."""
    return shelve(
        "Sparrow",
        ("SP-RED", "Red", 1950, 30),
        ("SP-BLUE", "Blue", 2150, 3),
        ("SP-RAW", "Unpainted", 1650, 0),
        ("SP-GOLD", "Gold", None, 9),
    )


@pytest.fixture
def stripe_fake() -> Iterator[StripeFake]:
    with running_fake() as fake:
        yield fake


@pytest.fixture
def gateway(stripe_fake: StripeFake, settings: LazySettings) -> Gateway:
    """Checkout is on, and Stripe is the fake."""
    made = Gateway(KEY, WEBHOOK_SECRET, "http://shop.test/rocket-ecommerce", stripe_fake.origin)
    settings.GATEWAY = made
    return made
