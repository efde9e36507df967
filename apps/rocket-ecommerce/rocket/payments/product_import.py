"""Imports products and prices from Stripe into the catalogue.

A new product becomes a draft in the given category; a product that was imported before keeps its
category. Each nickname of a price becomes a variant, with one price per currency. The shop manages
the stock itself, so an import does not change it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from rocket import money
from rocket.catalog.models import Category, Price, Product, Variant

STANDARD = "Standard"
"""The name of the variant for prices without a nickname."""


@dataclass(frozen=True, slots=True)
class VariantPrice:
    variant: str
    """The name of the variant."""
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class ImportedProduct:
    """The data of a Stripe product that the shop uses."""

    stripe_id: str
    name: str
    description: str
    prices: Sequence[VariantPrice]


@dataclass(frozen=True, slots=True)
class SkippedProduct:
    """A Stripe product that was not imported."""

    stripe_id: str
    name: str
    code: Literal["no-name", "no-price", "invalid"]
    error: ValidationError | None = None
    """The invalid fields, if the code is "invalid"."""

    def __str__(self) -> str:
        return f"{self.stripe_id} ({self.name})" if self.name else self.stripe_id


@dataclass(frozen=True, slots=True)
class ImportResult:
    new: int
    updated: int
    skipped: Sequence[SkippedProduct]


def parse(
    products: Iterable[Mapping[str, Any]], prices: Iterable[Mapping[str, Any]]
) -> list[ImportedProduct | SkippedProduct]:
    """Combines each product with its prices. Skips products that cannot be imported."""
    by_product: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for price in prices:
        by_product[price["product"]].append(price)
    return [_parse_product(product, by_product[product["id"]]) for product in products]


def _parse_product(
    product: Mapping[str, Any], prices: Sequence[Mapping[str, Any]]
) -> ImportedProduct | SkippedProduct:
    stripe_id, name = product["id"], (product.get("name") or "").strip()
    # Stripe lists the newest price first, and only the newest price of a variant counts.
    newest: dict[tuple[str, str], VariantPrice] = {}
    for price in prices:
        variant, currency = (price.get("nickname") or STANDARD).strip(), price["currency"].upper()
        amount = price.get("unit_amount")
        if currency in money.CURRENCIES and amount:
            newest.setdefault((variant, currency), VariantPrice(variant, currency, amount))
    if not name or not slugify(name):
        return SkippedProduct(stripe_id, name, "no-name")
    if not newest:
        return SkippedProduct(stripe_id, name, "no-price")
    description = (product.get("description") or name).strip()
    return ImportedProduct(stripe_id, name, description, list(newest.values()))


def store_all(
    parsed: Iterable[ImportedProduct | SkippedProduct], category: Category
) -> ImportResult:
    """Stores the valid products, each in one transaction. New products get the category."""
    new, updated, skipped = 0, 0, list[SkippedProduct]()
    for product in parsed:
        if isinstance(product, SkippedProduct):
            skipped.append(product)
            continue
        try:
            is_new = _store(product, category)
        except ValidationError as error:
            skipped.append(SkippedProduct(product.stripe_id, product.name, "invalid", error))
        else:
            new, updated = new + is_new, updated + (not is_new)
    return ImportResult(new, updated, skipped)


@transaction.atomic
def _store(imported: ImportedProduct, category: Category) -> bool:
    """Stores a product. Returns whether it is new. Raises `ValidationError`."""
    product = Product.objects.filter(stripe_id=imported.stripe_id).first()
    is_new = product is None
    if product is None:
        product = Product(
            stripe_id=imported.stripe_id, category=category, slug=slugify(imported.name)[:80]
        )
    product.name = imported.name
    product.description = imported.description
    product.summary = imported.description.splitlines()[0][:160]
    product.full_clean()
    product.save()
    for price in imported.prices:
        _store_price(product, price)
    return is_new


def _store_price(product: Product, imported: VariantPrice) -> None:
    variant = product.variants.filter(name=imported.variant).first()
    if variant is None:
        number = product.variants.count() + 1
        variant = Variant(
            product=product, name=imported.variant, sku=f"STRIPE-{product.pk}-{number}"
        )
        variant.full_clean()
        variant.save()
    price = variant.prices.filter(currency=imported.currency).first()
    price = price or Price(variant=variant, currency=imported.currency)
    price.amount = imported.amount
    price.full_clean()
    price.save()
