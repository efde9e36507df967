"""What a query string may say to the API."""

from django import forms
from django.http import QueryDict
from rest_framework.serializers import ValidationError


def check(query: QueryDict, *parts: forms.Form) -> None:
    """Raises DRF's `ValidationError`, texts by parameter, unless `parts` are valid and `query`
    says nothing else: a filter that is mistyped, or left empty by mistake, would select everything.
    """
    known = {name for part in parts for name in part.fields}
    problems: dict[str, list[str]] = {}
    for name, values in query.lists():
        if name not in known:
            problems[name] = ["There is no such parameter."]
        elif not all(value.strip() for value in values):
            problems[name] = ["This is empty: give it a value, or leave it out."]
    for part in parts:
        problems |= {name: [str(text) for text in found] for name, found in part.errors.items()}
    if problems:
        raise ValidationError(problems)
