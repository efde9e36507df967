"""The documentation of the API: the OpenAPI document, and the reference page made from it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import openapi
from ledger.reference import operations


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    # drf-spectacular's own view would import PyYAML, which the image does not contain.
    found = openapi.document(request.META["SCRIPT_NAME"])
    return JsonResponse(found, json_dumps_params={"indent": 1})


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found = openapi.document(request.META["SCRIPT_NAME"])
    context = {"info": found["info"], "operations": list(operations(found))}
    return render(request, "ledger/api.html", context)
