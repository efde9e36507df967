"""The pages of the catalogue that are kept. Visitors share them, except for the cart's count."""

from collections.abc import Hashable

from django.contrib.messages import get_messages
from django.http import HttpRequest

from appkit.django.kept_pages import Hole, KeptPages
from rocket.cart import rules
from rocket.catalog import revision
from rocket.storefront import session

MAX_PAGES = 200
"""The maximum number of pages of about 10 kB: one for each URL, currency and prefix."""


def _cart_count(request: HttpRequest) -> str:
    return str(rules.item_count(session.cart_key(request)))


def _variant(request: HttpRequest) -> Hashable | None:
    """The currency of the prices; None for a page with messages, which is shown once."""
    return None if len(get_messages(request)) else session.currency(request)


pages = KeptPages(
    revision.read,
    MAX_PAGES,
    Hole('(?<=<span class="count">)[0-9]+(?=</span>)', _cart_count),
    variant=_variant,
)
