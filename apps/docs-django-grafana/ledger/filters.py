"""The filters of transactions, which the page and the API share."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from ledger.models import EARLIEST, MAX_AMOUNT, Kind, Transaction
from ledger.times import to_utc

YEARS = range(EARLIEST.year, 2101)


class DayOrTimeField(forms.CharField):
    """A day (`2026-03-01`) or a time (`2026-03-01T12:00:00Z`), in UTC unless it has a zone.

    Cleans to a `datetime`: for a day its first or last instant. An empty value cleans to None.
    """

    widget = forms.DateInput(attrs={"type": "date"})

    def __init__(self, *, end_of_day: bool, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self._time = time.max if end_of_day else time.min

    def clean(self, value: Any) -> datetime | None:
        text: str = super().clean(value)
        if not text:
            return None
        try:
            parsed = self._parse(text)
        except ValueError:
            parsed = None
        parsed = parsed and to_utc(parsed)
        if parsed is None or parsed.year not in YEARS:
            raise ValidationError(
                f"Give a day like 2026-03-01, from {YEARS[0]} to {YEARS[-1]}.", code="invalid_day"
            )
        return parsed

    def _parse(self, text: str) -> datetime | None:
        day: date | None = parse_date(text)
        return datetime.combine(day, self._time) if day else parse_datetime(text)


def amount_field(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=MAX_AMOUNT,
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "placeholder": "any"}),
    )


class Filters(forms.Form):
    """The query parameters that select transactions; all are optional."""

    user = forms.CharField(required=False, max_length=150)
    type = forms.MultipleChoiceField(
        required=False, choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    min = amount_field("Amount from €")
    max = amount_field("Amount to €")
    since = DayOrTimeField(label="Since", required=False, end_of_day=False)
    until = DayOrTimeField(label="Until", required=False, end_of_day=True)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for low, high in (("min", "max"), ("since", "until")):
            start, end = data.get(low), data.get(high)
            if start is not None and end is not None and start > end:
                message = "This is before the start of the range."
                self.add_error(high, ValidationError(message, code="empty_range"))
        return data

    def apply(self, transactions: QuerySet[Transaction]) -> QuerySet[Transaction]:
        """Those of `transactions` that match. The form must be valid."""
        data = self.cleaned_data
        conditions = {
            "user__username": data["user"] or None,
            "type__in": data["type"] or None,
            "amount__gte": data["min"],
            "amount__lte": data["max"],
            "time__gte": data["since"],
            "time__lte": data["until"],
        }
        return transactions.filter(**{k: v for k, v in conditions.items() if v is not None})


def booking_users() -> list[str]:
    """The names of all accounts that have booked, sorted: the choices of the user filter."""
    users = User.objects.filter(pk__in=Transaction.objects.values("user"))
    return list(users.order_by("username").values_list("username", flat=True))
