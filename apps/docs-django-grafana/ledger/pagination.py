"""Pages of transactions in the API."""

from urllib.parse import urlsplit

from django import forms
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from config.openapi import Json, query_parameter

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 100
MAX_PAGE = 1_000_000


class PageForm(forms.Form):
    """The query parameters that select a page; both are optional."""

    page = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAGE)
    page_size = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAGE_SIZE)


class TransactionPagination(PageNumberPagination):
    """Its links are paths: an absolute URL would contain the Host header, which can be forged."""

    page_size = DEFAULT_PAGE_SIZE
    page_size_query_param = "page_size"
    last_page_strings = ()

    def get_page_size(self, request: Request) -> int:
        # The filter backend, which runs earlier, has rejected an invalid form.
        form = PageForm(request.query_params)
        form.full_clean()
        return form.cleaned_data["page_size"] or DEFAULT_PAGE_SIZE

    def get_next_link(self) -> str | None:
        return _without_host(super().get_next_link())

    def get_previous_link(self) -> str | None:
        return _without_host(super().get_previous_link())

    def get_schema_operation_parameters(self, view: APIView) -> list[Json]:  # noqa: ARG002
        return [
            query_parameter(
                "page",
                "Number of the page; a page past the last one gives 404.",
                _range(MAX_PAGE, default=1),
            ),
            query_parameter(
                "page_size",
                "Number of transactions on a page.",
                _range(MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE),
            ),
        ]

    def get_paginated_response_schema(self, schema: Json) -> Json:
        path = {"type": ["string", "null"]}
        return {
            "type": "object",
            "properties": {
                "count": {"type": "integer", "description": "number of selected transactions"},
                "next": {**path, "description": "path of the next page"},
                "previous": {**path, "description": "path of the previous page"},
                "results": schema,
            },
        }


def _without_host(url: str | None) -> str | None:
    return url and urlsplit(url)._replace(scheme="", netloc="").geturl()


def _range(maximum: int, *, default: int) -> Json:
    return {"type": "integer", "minimum": 1, "maximum": maximum, "default": default}
