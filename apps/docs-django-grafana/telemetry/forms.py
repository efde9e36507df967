"""The query parameters of the SQL statistics."""

from django import forms

from telemetry.statistics import DEFAULT_STATEMENTS, MAX_STATEMENTS, ORDERS


class StatisticsForm(forms.Form):
    """The order and the length of the list; both are optional."""

    order = forms.ChoiceField(required=False, choices=[(name, name) for name in ORDERS])
    limit = forms.IntegerField(required=False, min_value=1, max_value=MAX_STATEMENTS)

    def clean_order(self) -> str:
        return self.cleaned_data["order"] or ORDERS[0]

    def clean_limit(self) -> int:
        return self.cleaned_data["limit"] or DEFAULT_STATEMENTS
