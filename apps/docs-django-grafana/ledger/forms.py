"""The form that books a transaction."""

from datetime import datetime

from django import forms
from django.utils import timezone

from ledger.models import Kind, Transaction
from ledger.times import to_utc


class BookingForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """Type, amount, time and note. The caller sets the user on the instance."""

    type = forms.ChoiceField(choices=Kind.choices, widget=forms.RadioSelect)
    time = forms.DateTimeField(
        label="Time (UTC)",
        required=False,
        help_text="Leave it empty for the current time.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    class Meta:
        model = Transaction
        fields = ("type", "amount", "time", "note")
        widgets = {
            "amount": forms.NumberInput(
                attrs={"inputmode": "decimal", "min": "0.01", "step": "0.01"}
            ),
            "note": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        labels = {"amount": "Amount in €"}
        help_texts = {
            "amount": "From 0.01 to 1,000,000.00. The type gives the direction.",
            "note": "Up to 120 characters, visible to everyone.",
        }

    def clean_time(self) -> datetime:
        time: datetime | None = self.cleaned_data["time"]
        return to_utc(time) if time else timezone.now()
