"""What pages of Django's admin share."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.core.exceptions import BadRequest
from django.db.models import Field
from django.http import HttpRequest, HttpResponse


class ReadOnly:
    """To look at: the shop's own rules write these."""

    def has_add_permission(self, _request: HttpRequest, _parent: object = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        return False


class Rows(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # only the stubs take arguments
    """Rows of another model, as a plain table."""

    template = "admin/rows.html"
    extra = 0


class ModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the stubs take arguments
    """Django's, with a name for each field that has none of its own."""

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.SplitDateTimeField):
            # One label cannot name two.
            for half, widget in zip(("date", "time"), field.widget.widgets, strict=True):
                widget.attrs["aria-label"] = f"{field.label}: {half}"
        return field

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # A filter takes any text, and no text of Postgres holds NUL.
        if "%00" in request.META["QUERY_STRING"]:
            raise BadRequest("NUL in a filter")
        return super().changelist_view(request, *args, **kwargs)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset = super().get_changelist_formset(request, **kwargs)
        # In a list only the head of the column says what a field is.
        for field in formset.form.base_fields.values():
            field.widget.attrs["aria-label"] = field.label
        return formset


class Users(ModelAdmin, UserAdmin):  # type: ignore[type-arg]  # once more
    """Django's, with plain lists: what its script makes of them has names that nobody can read."""

    filter_horizontal = ()


class Groups(ModelAdmin, GroupAdmin):
    filter_horizontal = ()
