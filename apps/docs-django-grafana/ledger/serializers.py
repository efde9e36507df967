"""The JSON representation of a transaction."""

import re
from decimal import Decimal
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from ledger.models import EARLIEST, MAX_AMOUNT, MAX_NOTE_LENGTH, MIN_AMOUNT, Transaction

AMOUNT_PATTERN = r"[0-9]{1,7}(\.[0-9]{1,2})?"
"""The notation of an amount in a request; the range is validated separately."""


class Amount(serializers.DecimalField):
    """Accepts the documented notation only; `Decimal` also parses `1_0`, `1e2` and other digits."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, str) and not re.fullmatch(AMOUNT_PATTERN, data):
            self.fail("invalid")
        return super().to_internal_value(data)


class AmountExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Documents that a request gives an amount as text or number, and a response as text."""

    target_class = Amount

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:  # noqa: ARG002
        if direction == "response":
            return {"type": "string", "pattern": r"^[0-9]{1,7}\.[0-9]{2}$"}
        return {
            "type": ["string", "number"],
            "pattern": f"^{AMOUNT_PATTERN}$",
            "minimum": float(MIN_AMOUNT),
            "maximum": float(MAX_AMOUNT),
        }


class Note(serializers.CharField):
    """Accepts strings only; its base class would convert a number."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class TransactionSerializer(serializers.ModelSerializer[Transaction]):
    user = serializers.CharField(
        source="user.username", read_only=True, help_text="name of the account that booked it"
    )
    amount = Amount(
        max_digits=9,
        decimal_places=2,
        min_value=MIN_AMOUNT,
        max_value=MAX_AMOUNT,
        help_text="in euros, always positive; the type gives the direction",
    )
    note = Note(required=False, allow_blank=True, max_length=MAX_NOTE_LENGTH)

    class Meta:
        model = Transaction
        fields = ("id", "user", "type", "amount", "time", "note")
        extra_kwargs = {
            "time": {
                "help_text": f"when it happened, in UTC, from {EARLIEST:%Y} until now; "
                "the current time if absent"
            }
        }
