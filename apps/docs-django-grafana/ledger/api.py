"""The REST API: reading is open, booking needs a token or a session. Nothing is ever changed."""

from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from ledger.filters import Filters
from ledger.models import Transaction


class TransactionSerializer(serializers.ModelSerializer[Transaction]):
    user = serializers.CharField(source="user.username", read_only=True)

    class Meta:
        model = Transaction
        fields = ("id", "user", "type", "amount", "time", "note")


class Pages(PageNumberPagination):
    """Pages whose links have no host: an address made from a forged Host would lead away."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_next_link(self) -> str | None:
        return _without_host(super().get_next_link())

    def get_previous_link(self) -> str | None:
        return _without_host(super().get_previous_link())


def _without_host(address: str | None) -> str | None:
    return address and urlsplit(address)._replace(scheme="", netloc="").geturl()


class Transactions(generics.ListCreateAPIView[Transaction]):
    """`GET`: a page of the selection. `POST`: books one for whoever is signed in."""

    serializer_class = TransactionSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Transaction]:
        filters = Filters(self.request.query_params)
        if not filters.is_valid():
            raise serializers.ValidationError(
                {k: [str(e) for e in v] for k, v in filters.errors.items()}
            )
        return filters.apply(Transaction.objects.select_related("user"))

    def perform_create(self, serializer: BaseSerializer[Transaction]) -> None:
        serializer.save(user=self.request.user)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().create(request, *args, **kwargs)
        response["Location"] = f"{request.path}{response.data['id']}/"
        return response


class OneTransaction(generics.RetrieveAPIView[Transaction]):
    serializer_class = TransactionSerializer
    queryset = Transaction.objects.select_related("user")
