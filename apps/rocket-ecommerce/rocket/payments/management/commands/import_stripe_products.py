"""`manage.py import_stripe_products` imports products and prices from Stripe."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from rocket.catalog.models import Category
from rocket.payments import product_import
from rocket.payments.gateway import StripeUnavailable
from rocket.payments.product_import import ProductSkipped


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
        if settings.GATEWAY is None:
            raise CommandError(
                "STRIPE_SECRET_KEY is missing: set it to a key of the account to import from"
            )
        try:
            parsed = product_import.parse(settings.GATEWAY.products(), settings.GATEWAY.prices())
        except StripeUnavailable as error:
            raise CommandError(str(error)) from error
        category, _ = Category.objects.get_or_create(
            slug=options["category"],
            defaults={"name": options["category"].capitalize(), "summary": "From Stripe."},
        )
        new = updated = skipped = 0
        for product in parsed:
            try:
                if isinstance(product, ProductSkipped):
                    raise product
                if product_import.store(product, category):
                    new += 1
                else:
                    updated += 1
            except ProductSkipped as reason:
                skipped += 1
                self.stderr.write(f"skipped {reason}")
        self.stdout.write(f"{new} new, {updated} updated, {skipped} skipped")
