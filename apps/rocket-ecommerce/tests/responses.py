"""Codes and values of a response, so that tests need not compare sentences."""

from typing import Any

from django.forms import BaseForm
from django.utils.html import escape


def error_codes(response: Any, form: str | BaseForm = "form") -> dict[str, list[str | None]]:
    """The codes of a form's errors whose text is on the page, by field.

    `form` is the form, or its name in the template's context. The field `__all__` has the errors of
    the whole form.
    """
    bound: BaseForm = response.context[form] if isinstance(form, str) else form
    page = text(response)
    return {
        field: codes
        for field, errors in bound.errors.as_data().items()
        if (codes := [error.code for error in errors if escape(error.messages[0]) in page])
    }


def admin_error_codes(response: Any) -> dict[str, list[str | None]]:
    """The same for the form of a page of Django's admin."""
    return error_codes(response, response.context["adminform"].form)


def message_levels(response: Any) -> list[str]:
    """The levels of the messages on the page, such as "success"."""
    return [message.level_tag for message in response.context["messages"]]


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content
