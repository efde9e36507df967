"""`manage.py import_stripe_products`: brings products and prices from Stripe into the catalogue."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from rocket.catalog.models import Category
from rocket.payments import imports
from rocket.payments.gateway import StripeDown


class Command(BaseCommand):
    help = "Imports active products of Stripe: new ones as drafts without stock, others anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--category", default="imported", help="slug of the category of new products"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.GATEWAY is None:
            raise CommandError("STRIPE_SECRET_KEY is missing: without it nobody can ask Stripe")
        try:
            found = imports.drafts(settings.GATEWAY.products(), settings.GATEWAY.prices())
        except StripeDown as error:
            raise CommandError(str(error)) from error
        category, _ = Category.objects.get_or_create(
            slug=options["category"],
            defaults={"name": options["category"].capitalize(), "summary": "From Stripe."},
        )
        new = known = skipped = 0
        for draft in found:
            try:
                if isinstance(draft, imports.ImportRefused):
                    raise draft
                if imports.store(draft, category):
                    new += 1
                else:
                    known += 1
            except imports.ImportRefused as refusal:
                skipped += 1
                self.stderr.write(f"skipped {refusal}")
        self.stdout.write(f"{new} new, {known} updated, {skipped} skipped")
