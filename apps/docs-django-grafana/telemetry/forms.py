"""What a query may say about the statistics."""

from django import forms

from telemetry.log import DEFAULT_STATEMENTS, MOST_STATEMENTS, ORDERS


class LogForm(forms.Form):
    """Order and length of the list; both may be absent."""

    order = forms.ChoiceField(required=False, choices=[(name, name) for name in ORDERS])
    limit = forms.IntegerField(required=False, min_value=1, max_value=MOST_STATEMENTS)

    def clean_order(self) -> str:
        return self.cleaned_data["order"] or ORDERS[0]

    def clean_limit(self) -> int:
        return self.cleaned_data["limit"] or DEFAULT_STATEMENTS
