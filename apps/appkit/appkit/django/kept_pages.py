"""Pages that a process keeps until their tables change.

A kept page is the same for all visitors except for a few holes, such as the CSRF token of a form,
which are filled for each request.
"""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Concatenate

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import get_script_prefix
from django.utils.cache import patch_vary_headers

from appkit.revisions import Kept, Read


@dataclass(frozen=True)
class Hole:
    """A part of a page that depends on the visitor."""

    pattern: str
    """A regular expression that matches this part only; the rest is in lookarounds."""

    fill: Callable[[HttpRequest], str]
    """The text for the visitor of a request."""


_CSRF_TOKEN = Hole('(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]+(?=")', get_token)
"""In every page, so that no token can reach another visitor."""


@dataclass(frozen=True)
class _Page:
    """`holes` has one item less than `texts`: each hole is between two texts."""

    headers: dict[str, str]
    texts: tuple[bytes, ...]
    holes: tuple[Hole, ...]

    def respond(self, request: HttpRequest) -> HttpResponse:
        parts = [self.texts[0]]
        for hole, text in zip(self.holes, self.texts[1:], strict=True):
            parts += hole.fill(request).encode(), text
        response = HttpResponse(b"".join(parts), headers=self.headers)
        # The session middleware adds it only where a view reads the session.
        patch_vary_headers(response, ["Cookie"])
        return response


def only_without_session(request: HttpRequest) -> Hashable | None:
    """A `variant`: only the pages of visitors without a session are kept."""
    return None if settings.SESSION_COOKIE_NAME in request.COOKIES else ""


class KeptPages:
    """At most `size` pages of one revision.

    `variant` returns what a page depends on beside its URL, the tables and its holes, or None if
    the page for this request must not be kept.
    """

    def __init__(
        self,
        read: Read,
        size: int,
        *holes: Hole,
        variant: Callable[[HttpRequest], Hashable | None] = only_without_session,
    ) -> None:
        self._pages: Kept[_Page] = Kept(read, size)
        self._variant = variant
        self._holes = (_CSRF_TOKEN, *holes)
        self._pattern = re.compile("|".join(f"({hole.pattern})" for hole in self._holes).encode())

    def keep[**P](
        self, view: Callable[Concatenate[HttpRequest, P], HttpResponse]
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        """Decorates a view. Only successful responses to GET and HEAD without cookies are kept."""

        @wraps(view)
        def keeping(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            # In development, the change of a template is visible at once.
            may_keep = request.method in ("GET", "HEAD") and not settings.DEBUG
            variant = self._variant(request) if may_keep else None
            if variant is None:
                return view(request, *args, **kwargs)
            query = request.META.get("QUERY_STRING", "")
            key = (get_script_prefix(), request.path_info, query, request.encoding, variant)
            token, page = self._pages.find(key)
            if page is not None:
                return page.respond(request)
            response = view(request, *args, **kwargs)
            if response.status_code == HTTPStatus.OK and not response.cookies:
                self._pages.put(token, key, self._page(response))
            return response

        return keeping

    def _page(self, response: HttpResponse) -> _Page:
        texts: list[bytes] = []
        holes: list[Hole] = []
        end = 0
        for match in self._pattern.finditer(response.content):
            texts.append(response.content[end : match.start()])
            holes.append(self._holes[(match.lastindex or 1) - 1])
            end = match.end()
        texts.append(response.content[end:])
        return _Page(dict(response.items()), tuple(texts), tuple(holes))
