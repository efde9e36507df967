"""The filters of the API: the form of the page, with a description for the OpenAPI document."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from config.openapi import Json, query_parameter
from config.queries import check
from ledger.filters import Filters
from ledger.models import MAX_AMOUNT, Kind
from ledger.pagination import PageForm

_EUROS: Json = {"type": "number", "minimum": 0, "maximum": float(MAX_AMOUNT)}
_DAY_OR_TIME: Json = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
_TYPES: Json = {"type": "array", "items": {"type": "string", "enum": Kind.values}}

PARAMETERS = [
    query_parameter(
        "user",
        "Name of the account that booked. A name without transactions selects none, "
        "whether or not there is such an account.",
        {"type": "string", "minLength": 1, "maxLength": 150},
    ),
    query_parameter(
        "type", "Repeat the parameter to select several types.", _TYPES, ["sale", "refund"]
    ),
    query_parameter("min", "Lowest amount in euros, with at most two decimals.", _EUROS, 10),
    query_parameter("max", "Highest amount in euros, with at most two decimals.", _EUROS),
    query_parameter(
        "since",
        "Earliest time, or first day. A time without a zone is in UTC.",
        _DAY_OR_TIME,
        "2026-03-01",
    ),
    query_parameter("until", "Latest time, or last day.", _DAY_OR_TIME),
]


class TransactionFilterBackend(BaseFilterBackend):
    def filter_queryset(
        self,
        request: Request,
        queryset: QuerySet[Any],
        view: APIView,  # noqa: ARG002
    ) -> QuerySet[Any]:
        query = request.query_params
        filters = Filters(query)
        # All parameters are checked together, so that one response names every invalid one.
        check(query, filters, PageForm(query))
        return filters.apply(queryset)

    def get_schema_operation_parameters(self, view: APIView) -> list[Json]:  # noqa: ARG002
        return PARAMETERS
