"""The REST API of the ledger: reading is public, booking needs a token or a session.

No endpoint changes or deletes a transaction.
"""

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from ledger.filter_backend import TransactionFilterBackend
from ledger.metrics import BOOKED
from ledger.models import Transaction
from ledger.pagination import TransactionPagination
from ledger.serializers import TransactionSerializer

SALE = {
    "type": "sale",
    "amount": "12.30",
    "time": "2026-03-01T10:00:00Z",
    "note": "Two blue mugs",
}
"""The example in the documentation."""


@extend_schema_view(
    get=extend_schema(
        operation_id="listTransactions",
        summary="List transactions",
        description="Newest first. A transaction is selected if it matches every filter.",
        responses=OpenApiResponse(TransactionSerializer, "A page of transactions."),
    ),
    post=extend_schema(
        operation_id="bookTransaction",
        summary="Book a transaction",
        description="The account that authenticates is the user of the transaction. "
        "Nobody can change or delete a transaction.",
        parameters=[
            OpenApiParameter(
                "Location", str, OpenApiParameter.HEADER, required=True, response=[201]
            )
        ],
        responses={201: OpenApiResponse(TransactionSerializer, "The new transaction.")},
        examples=[OpenApiExample("Sale", SALE, request_only=True)],
    ),
)
class Transactions(generics.ListCreateAPIView[Transaction]):
    serializer_class = TransactionSerializer
    queryset = Transaction.objects.select_related("user")
    filter_backends = [TransactionFilterBackend]
    pagination_class = TransactionPagination

    def perform_create(self, serializer: BaseSerializer[Transaction]) -> None:
        booked = serializer.save(user=self.request.user)
        BOOKED.labels(booked.type, "api").inc()

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().create(request, *args, **kwargs)
        response["Location"] = f"{request.path}{response.data['id']}/"
        return response


@extend_schema_view(
    get=extend_schema(
        operation_id="readTransaction",
        summary="Read one transaction",
        parameters=[
            OpenApiParameter(
                "id",
                {"type": "integer", "minimum": 1},
                OpenApiParameter.PATH,
                description="The id in the list of transactions.",
            )
        ],
        responses=OpenApiResponse(TransactionSerializer, "The transaction."),
    )
)
class TransactionDetail(generics.RetrieveAPIView[Transaction]):
    serializer_class = TransactionSerializer
    queryset = Transaction.objects.select_related("user")
