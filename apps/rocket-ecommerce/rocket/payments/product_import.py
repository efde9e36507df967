"""Imports products and prices from Stripe into the catalogue.

A new product becomes a draft in the given category; a product that was imported before keeps its
category. Each nickname of a price becomes a variant, with one price per currency. The shop manages
the stock itself, so an import does not change it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from rocket import money
from rocket.catalog.models import Category, Price, Product, Variant

STANDARD = "Standard"
"""The name of the variant for prices without a nickname."""


class ProductSkipped(Exception):
    """A product was not imported. The message names the product and the reason."""


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


def parse(
    products: Iterable[Mapping[str, Any]], prices: Iterable[Mapping[str, Any]]
) -> list[ImportedProduct | ProductSkipped]:
    """Combines each product with its prices, or states why it cannot be imported."""
    by_product: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for price in prices:
        by_product[price["product"]].append(price)
    return [_parse_product(product, by_product[product["id"]]) for product in products]


def _parse_product(
    product: Mapping[str, Any], prices: Sequence[Mapping[str, Any]]
) -> ImportedProduct | ProductSkipped:
    stripe_id, name = product["id"], (product.get("name") or "").strip()
    # Stripe lists the newest price first, and only the newest price of a variant counts.
    newest: dict[tuple[str, str], VariantPrice] = {}
    for price in prices:
        variant, currency = (price.get("nickname") or STANDARD).strip(), price["currency"].upper()
        amount = price.get("unit_amount")
        if currency in money.CURRENCIES and amount:
            newest.setdefault((variant, currency), VariantPrice(variant, currency, amount))
    if not name or not slugify(name):
        return ProductSkipped(f"{stripe_id}: it has no name from which a URL can be made")
    if not newest:
        return ProductSkipped(f"{stripe_id} ({name}): it has no price in a currency of the shop")
    description = (product.get("description") or name).strip()
    return ImportedProduct(stripe_id, name, description, list(newest.values()))


@transaction.atomic
def store(imported: ImportedProduct, category: Category) -> bool:
    """Stores a product. Returns whether it is new. Raises `ProductSkipped` if it is not valid."""
    product = Product.objects.filter(stripe_id=imported.stripe_id).first()
    is_new = product is None
    if product is None:
        product = Product(
            stripe_id=imported.stripe_id, category=category, slug=slugify(imported.name)[:80]
        )
    product.name = imported.name
    product.description = imported.description
    product.summary = imported.description.splitlines()[0][:160]
    try:
        product.full_clean()
        product.save()
        for price in imported.prices:
            _store_price(product, price)
    except ValidationError as error:
        reason = " ".join(error.messages)
        raise ProductSkipped(f"{imported.stripe_id} ({imported.name}): {reason}") from error
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
