"""The forms for signing in and for creating an API token."""

from datetime import timedelta

from django import forms

from accounts.models import DEFAULT_LIFETIME, MAX_NAME_LENGTH, Scope
from appkit.django import sign_in


class SignInForm(sign_in.SignInForm):
    error_messages = {
        **sign_in.SignInForm.error_messages,
        "invalid_login": "Wrong username or password. Both are case-sensitive.",
    }


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=MAX_NAME_LENGTH,
        help_text="The program that uses the token, such as “till in the kiosk”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label="Allowed operations",
        required=False,
        choices=Scope.choices,
        initial=Scope.WRITE,
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label="Valid for",
        required=False,
        choices=[(days, f"{days} days") for days in (7, 30, 90, 365)],
        initial=DEFAULT_LIFETIME.days,
        empty_value=str(DEFAULT_LIFETIME.days),
    )

    def clean_scope(self) -> Scope:
        return Scope(self.cleaned_data["scope"] or Scope.WRITE)

    def clean_days(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["days"]))
