"""Keeps rendered pages of the catalogue, which all visitors share except for the cart's count.

A page is used only while the version of the catalogue is the one that was read before the page was
rendered, and until the next product is published. It therefore never shows an old price or stock.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Concatenate

from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix
from django.utils import timezone

from rocket.cart import rules
from rocket.catalog import listing, version
from rocket.storefront import session

MAX_PAGES = 500
"""The maximum number of pages: one for each category, currency and prefix."""

_COUNT = re.compile(rb'(?<=<span class="count">)\d+(?=</span>)')


@dataclass(frozen=True, slots=True)
class _Page:
    version: int
    rendered_at: datetime
    expires_at: datetime | None
    before_count: bytes
    after_count: bytes

    def is_current(self, current_version: int, now: datetime) -> bool:
        # A clock that was set back could show a product before its publication.
        return (
            self.version == current_version
            and self.rendered_at <= now
            and (self.expires_at is None or now < self.expires_at)
        )


_pages: dict[tuple[str, str, str], _Page] = {}


def cached_page[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorates a view whose page without a query depends only on path, currency and catalogue."""

    @wraps(view)
    def cached(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        has_messages = bool(len(get_messages(request)))
        # A transaction may read rows that are never committed.
        if request.META["QUERY_STRING"] or has_messages or connection.in_atomic_block:
            return view(request, *args, **kwargs)
        now, current_version = timezone.now(), version.read()
        key = (get_script_prefix(), request.path_info, session.currency(request))
        page = _pages.get(key)
        if page is not None and page.is_current(current_version, now):
            count = rules.item_count(session.cart_key(request))
            return HttpResponse(b"%s%d%s" % (page.before_count, count, page.after_count))
        response = view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.OK:
            before_count, after_count = _COUNT.split(response.content, maxsplit=1)
            expires_at = listing.next_publication(now)
            if len(_pages) >= MAX_PAGES:
                _pages.clear()
            _pages[key] = _Page(current_version, now, expires_at, before_count, after_count)
        return response

    return cached
