"""Views for the pages: all return the same HTML; React Router renders the page for the URL."""

from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workbench.diagrams.models import Diagram


def _index(request: HttpRequest, status: int) -> HttpResponse:
    response = render(request, "index.html", status=status)
    # The page refers to hashed files of this release, so browsers must revalidate it.
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    # No page works without the database. A failing cursor makes the middleware respond with 503.
    with connection.cursor():
        return _index(request, 200)


@require_safe
def diagram(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _index(request, 200 if Diagram.objects.filter(pk=pk).exists() else 404)


@require_safe
def not_found(request: HttpRequest) -> HttpResponse:
    return _index(request, 404)
