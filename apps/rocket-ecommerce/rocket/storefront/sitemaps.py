"""The map of the site for search engines: the shop, its categories and its products.

Django's class takes a type argument in its stubs only, hence the ignored ones.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from rocket.catalog import listing
from rocket.catalog.models import Category, Product


class Pages(Sitemap):  # type: ignore[type-arg]
    def items(self) -> Sequence[str]:
        return ("shop",)

    def location(self, item: str) -> str:
        return reverse(item)


class Categories(Sitemap):  # type: ignore[type-arg]
    def items(self) -> QuerySet[Category]:
        return listing.categories(currency=settings.SHOP_CURRENCY, now=timezone.now())


class Products(Sitemap):  # type: ignore[type-arg]
    def items(self) -> QuerySet[Product]:
        return listing.products(
            listing.Filters(), currency=settings.SHOP_CURRENCY, now=timezone.now()
        )

    def lastmod(self, item: Product) -> datetime:
        return item.updated_at


sitemaps = {"pages": Pages, "categories": Categories, "products": Products}
