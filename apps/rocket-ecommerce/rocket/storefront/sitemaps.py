"""The map of the site for search engines: the shop, its categories and its products.

Its addresses begin with `PUBLIC_URL`, never with what a request says that its host is.
Django's class takes a type argument in its stubs only, hence the ignored ones.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as render_map
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse
from django.utils import timezone

from rocket.catalog import listing
from rocket.catalog.models import Category, Product


class PublicSitemap(Sitemap):  # type: ignore[type-arg]
    def get_domain(self, site: object = None) -> str:  # noqa: ARG002  # Django's
        public = urlsplit(settings.PUBLIC_URL)
        return f"{public.netloc}{public.path}/"

    def get_protocol(self, protocol: str | None = None) -> str:  # noqa: ARG002  # Django's
        return urlsplit(settings.PUBLIC_URL).scheme

    def address(self, item: Any) -> str:
        address: str = item.get_absolute_url()
        return address

    def location(self, item: Any) -> str:
        """Without the prefix under which this request came in: the public one stands before it."""
        return self.address(item).removeprefix(get_script_prefix())


class Pages(PublicSitemap):
    def items(self) -> Sequence[str]:
        return ("shop",)

    def address(self, item: str) -> str:
        return reverse(item)


class Categories(PublicSitemap):
    def items(self) -> QuerySet[Category]:
        return listing.categories(currency=settings.SHOP_CURRENCY, now=timezone.now())


class Products(PublicSitemap):
    def items(self) -> QuerySet[Product]:
        return listing.products(
            listing.Filters(), currency=settings.SHOP_CURRENCY, now=timezone.now()
        )

    def lastmod(self, item: Product) -> datetime:
        return item.updated_at


SITEMAPS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "pages": Pages,
    "categories": Categories,
    "products": Products,
}


def sitemap(request: HttpRequest) -> HttpResponse:
    """There is none for a shop that was not told its own address."""
    if not settings.PUBLIC_URL:
        raise Http404("PUBLIC_URL is not set")
    return render_map(request, SITEMAPS)
