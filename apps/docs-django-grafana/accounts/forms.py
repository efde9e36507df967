"""The forms for signing in and for creating an API token."""

from django import forms

from accounts.models import MAX_NAME_LENGTH
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
