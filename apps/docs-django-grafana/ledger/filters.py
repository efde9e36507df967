"""Which transactions somebody asks for: the same questions on the page and in the API."""

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from ledger.models import EARLIEST, MOST, Kind, Transaction

YEARS = range(EARLIEST.year, 2101)


class MomentField(forms.CharField):
    """A day (`2026-03-01`) or a moment (`2026-03-01T12:00:00Z`); without a zone it is UTC.

    Cleans to a `datetime`, of a day the first or the last moment, or to None when empty.
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
            moment = self._parse(text)
        except ValueError:
            moment = None
        if moment is None or moment.year not in YEARS:
            raise ValidationError("Give a day like 2026-03-01, from 1970 to 2100.")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _parse(self, text: str) -> datetime | None:
        day: date | None = parse_date(text)
        return datetime.combine(day, self._time) if day else parse_datetime(text)


def amount(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST,
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "placeholder": "any"}),
    )


class Filters(forms.Form):
    """The query string; every part may be absent."""

    user = forms.CharField(required=False, max_length=150)
    type = forms.MultipleChoiceField(
        required=False, choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    min = amount("Amount from €")
    max = amount("Amount to €")
    since = MomentField(label="Since", required=False, end_of_day=False)
    until = MomentField(label="Until", required=False, end_of_day=True)

    def clean_user(self) -> str:
        name: str = self.cleaned_data["user"]
        if name and not User.objects.filter(username=name).exists():
            raise ValidationError("Nobody has that name.")
        return name

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for low, high in (("min", "max"), ("since", "until")):
            least, most = data.get(low), data.get(high)
            if least is not None and most is not None and least > most:
                self.add_error(high, "This lies before the start of the range.")
        return data

    def apply(self, transactions: QuerySet[Transaction]) -> QuerySet[Transaction]:
        """Those of `transactions` that were asked for. Needs a valid form."""
        data = self.cleaned_data
        wanted = {
            "user__username": data["user"] or None,
            "type__in": data["type"] or None,
            "amount__gte": data["min"],
            "amount__lte": data["max"],
            "time__gte": data["since"],
            "time__lte": data["until"],
        }
        return transactions.filter(**{k: v for k, v in wanted.items() if v is not None})


def people() -> list[str]:
    """Names of all who booked something, for the list to choose from."""
    booked = User.objects.filter(pk__in=Transaction.objects.values("user"))
    return list(booked.order_by("username").values_list("username", flat=True))
