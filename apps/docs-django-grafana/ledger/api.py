"""The REST API: reading is open, booking needs a token or a session. Nothing is ever changed."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from config.queries import check
from ledger import openapi
from ledger.filters import Filters
from ledger.metrics import BOOKED
from ledger.models import LEAST, MOST, NOTE_LENGTH, Transaction


class Amount(serializers.DecimalField):
    """Digits as the document shows them; Python would also read `1_0`, `1e2` and other scripts."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or (
            isinstance(data, str) and not re.fullmatch(openapi.AMOUNT, data)
        ):
            self.fail("invalid")
        return super().to_internal_value(data)


class Note(serializers.CharField):
    """A text; a number is none."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class TransactionSerializer(serializers.ModelSerializer[Transaction]):
    user = serializers.CharField(source="user.username", read_only=True)
    amount = Amount(max_digits=9, decimal_places=2, min_value=LEAST, max_value=MOST)
    note = Note(required=False, allow_blank=True, max_length=NOTE_LENGTH)

    class Meta:
        model = Transaction
        fields = ("id", "user", "type", "amount", "time", "note")


class Paging(forms.Form):
    """Which page is asked for; both parts may be absent."""

    page = forms.IntegerField(required=False, min_value=1, max_value=openapi.HIGHEST_PAGE)
    page_size = forms.IntegerField(required=False, min_value=1, max_value=openapi.MOST_PAGE_SIZE)


class Pages(PageNumberPagination):
    """Pages whose links have no host: an address made from a forged Host would lead away."""

    page_size = openapi.DEFAULT_PAGE_SIZE
    page_size_query_param = "page_size"
    last_page_strings = ()

    def get_page_size(self, request: Request) -> int:
        query = request.query_params
        paging = Paging(query)
        check(query, paging, Filters(query))
        return paging.cleaned_data["page_size"] or openapi.DEFAULT_PAGE_SIZE

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
        query = self.request.query_params
        filters = Filters(query)
        check(query, filters, Paging(query))
        return filters.apply(Transaction.objects.select_related("user"))

    def perform_create(self, serializer: BaseSerializer[Transaction]) -> None:
        booked = serializer.save(user=self.request.user)
        BOOKED.labels(booked.type, "api").inc()

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().create(request, *args, **kwargs)
        response["Location"] = f"{request.path}{response.data['id']}/"
        return response


class OneTransaction(generics.RetrieveAPIView[Transaction]):
    serializer_class = TransactionSerializer
    queryset = Transaction.objects.select_related("user")
