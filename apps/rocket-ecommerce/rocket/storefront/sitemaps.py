"""The sitemap for search engines: the front page, the categories and the products.

Its URLs begin with `PUBLIC_URL`, not with the Host header, which a client can forge.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as render_sitemap
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse
from django.utils import timezone

from rocket.catalog import listing
from rocket.catalog.models import Category, Product


class PublicSitemap(Sitemap):  # type: ignore[type-arg]  # only the stubs accept the argument
    def get_domain(self, site: object = None) -> str:  # noqa: ARG002  # Django's signature
        public = urlsplit(settings.PUBLIC_URL)
        return f"{public.netloc}{public.path}/"

    def get_protocol(self, protocol: str | None = None) -> str:  # noqa: ARG002  # Django's signature
        return urlsplit(settings.PUBLIC_URL).scheme

    def path(self, item: Any) -> str:
        path: str = item.get_absolute_url()
        return path

    def location(self, item: Any) -> str:
        """The path without the prefix of this request: `PUBLIC_URL` includes the public prefix."""
        return self.path(item).removeprefix(get_script_prefix())


class Pages(PublicSitemap):
    def items(self) -> Sequence[str]:
        return ("shop",)

    def path(self, item: str) -> str:
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
    """Responds with 404 if the shop does not know its public address."""
    if not settings.PUBLIC_URL:
        raise Http404("PUBLIC_URL is not set")
    return render_sitemap(request, SITEMAPS)
