"""Validation of the query parameters of the API."""

from django import forms
from django.http import QueryDict
from rest_framework.serializers import ValidationError


def check(query: QueryDict, *checked: forms.Form) -> None:
    """Raises `rest_framework.serializers.ValidationError` if a form or a parameter is invalid.

    An unknown or empty parameter is invalid: if a mistyped filter were ignored, the response
    would contain every transaction.
    """
    known = {name for form in checked for name in form.fields}
    problems: dict[str, list[str]] = {}
    for name, values in query.lists():
        if name not in known:
            names = ", ".join(sorted(known))
            problems[name] = [f"This parameter is unknown. The known parameters are: {names}."]
        elif not all(value.strip() for value in values):
            problems[name] = ["This parameter is empty: give it a value, or omit it."]
    for form in checked:
        problems |= {name: [str(text) for text in found] for name, found in form.errors.items()}
    if problems:
        raise ValidationError(problems)
