"""`manage.py import_stripe_products` imports products and prices from Stripe."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from rocket.catalog.models import Category
from rocket.payments import product_import
from rocket.payments.errors import StripeUnavailable, no_key
from rocket.payments.product_import import SkippedProduct

_REASONS = {
    "no-name": "it has no name from which a URL can be made",
    "no-price": "it has no price in a currency of the shop",
}


class Command(BaseCommand):
    help = (
        "Imports the active products of the Stripe account. New products become drafts without "
        "stock; products that were imported before are updated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--category", default="imported", help="slug of the category for new products"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        gateway = settings.GATEWAY
        try:
            if gateway is None:
                raise no_key("list-products")
            parsed = product_import.parse(gateway.products(), gateway.prices())
        except StripeUnavailable as error:
            raise CommandError(str(error)) from error
        category, _ = Category.objects.get_or_create(
            slug=options["category"],
            defaults={"name": options["category"].capitalize(), "summary": "Products from Stripe."},
        )
        result = product_import.store_all(parsed, category)
        for product in result.skipped:
            self.stderr.write(f"skipped {product}: {_reason(product)}")
        self.stdout.write(
            f"{result.new} new, {result.updated} updated, {len(result.skipped)} skipped"
        )


def _reason(product: SkippedProduct) -> str:
    return " ".join(product.error.messages) if product.error else _REASONS[product.code]
