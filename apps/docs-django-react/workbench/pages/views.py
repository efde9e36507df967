"""Every page is the same HTML, in which React Router draws what the address asks for."""

from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workbench.diagrams.models import Diagram


def _index(request: HttpRequest, status: int) -> HttpResponse:
    response = render(request, "index.html", status=status)
    # It names the files of this release; the next one has others.
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    # Without its data a page is nothing: then the answer is 503, and not an empty frame.
    with connection.cursor():
        return _index(request, 200)


@require_safe
def diagram(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _index(request, 200 if Diagram.objects.filter(pk=pk).exists() else 404)


@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    return _index(request, 404)
