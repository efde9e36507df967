"""The forms of signing in and of asking for a token."""

from django import forms

from accounts.models import NAME_LENGTH
from appkit.django import sign_in


class SignInForm(sign_in.SignInForm):
    error_messages = {
        **sign_in.SignInForm.error_messages,
        "invalid_login": "Name and password do not fit together. Both mind upper and lower case.",
    }


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=NAME_LENGTH,
        help_text="What it is for, such as “till in the kiosk”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
