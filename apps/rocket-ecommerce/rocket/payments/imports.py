"""Products that were made at Stripe, brought into the catalogue.

A product becomes a draft of the category that is given, or keeps its own when it was imported
before. Its prices become versions, one for each nickname, with a price in each currency. Stock is
ours to count: an import never touches it.
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
"""The version of prices without a nickname."""


class ImportRefused(Exception):
    """A product that stays as it was; the text names it and says why."""


@dataclass(frozen=True, slots=True)
class Offer:
    version: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A product of Stripe, as far as the shop understands it."""

    stripe_id: str
    name: str
    description: str
    offers: Sequence[Offer]


def drafts(
    products: Iterable[Mapping[str, Any]], prices: Iterable[Mapping[str, Any]]
) -> list[Draft | ImportRefused]:
    """Each product with its prices, or why it cannot be imported."""
    by_product: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for price in prices:
        by_product[price["product"]].append(price)
    return [_draft(product, by_product[product["id"]]) for product in products]


def _draft(
    product: Mapping[str, Any], prices: Sequence[Mapping[str, Any]]
) -> Draft | ImportRefused:
    key, name = product["id"], (product.get("name") or "").strip()
    # Stripe lists the newest price first; of several in one currency that is the one that counts.
    offers: dict[tuple[str, str], Offer] = {}
    for price in prices:
        version, currency = (price.get("nickname") or STANDARD).strip(), price["currency"].upper()
        amount = price.get("unit_amount")
        if currency in money.CURRENCIES and amount:
            offers.setdefault((version, currency), Offer(version, currency, amount))
    if not name or not slugify(name):
        return ImportRefused(f"{key}: it has no name that an address can be made of")
    if not offers:
        return ImportRefused(f"{key} ({name}): it has no price in a currency of the shop")
    description = (product.get("description") or name).strip()
    return Draft(key, name, description, list(offers.values()))


@transaction.atomic
def store(draft: Draft, category: Category) -> bool:
    """True when the product is new. Raises `ImportRefused`, and nothing is stored."""
    product = Product.objects.filter(stripe_id=draft.stripe_id).first()
    is_new = product is None
    if product is None:
        product = Product(
            stripe_id=draft.stripe_id, category=category, slug=slugify(draft.name)[:80]
        )
    product.name = draft.name
    product.description = draft.description
    product.summary = draft.description.splitlines()[0][:160]
    try:
        product.full_clean()
        product.save()
        for offer in draft.offers:
            _store_offer(product, offer)
    except ValidationError as error:
        reason = " ".join(error.messages)
        raise ImportRefused(f"{draft.stripe_id} ({draft.name}): {reason}") from error
    return is_new


def _store_offer(product: Product, offer: Offer) -> None:
    variant = product.variants.filter(name=offer.version).first()
    if variant is None:
        number = product.variants.count() + 1
        variant = Variant(product=product, name=offer.version, sku=f"STRIPE-{product.pk}-{number}")
        variant.full_clean()
        variant.save()
    price = variant.prices.filter(currency=offer.currency).first()
    price = price or Price(variant=variant, currency=offer.currency)
    price.amount = offer.amount
    price.full_clean()
    price.save()
