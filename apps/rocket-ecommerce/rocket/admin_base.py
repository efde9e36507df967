"""Base classes of the shop's pages in Django's admin.

Only the stubs of the admin's classes accept type arguments, hence the `type-arg` comments.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.core.exceptions import BadRequest
from django.db.models import Field
from django.http import HttpRequest, HttpResponse


class ReadOnlyMixin:
    """Removes the add, change and delete forms of a model that only the shop's rules write."""

    def has_add_permission(self, _request: HttpRequest, _parent: object = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        return False


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):  # type: ignore[type-arg]
    """Related rows as a plain table."""

    template = "admin/read_only_inline.html"
    extra = 0


class ShopModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Gives every form field an accessible name, and refuses queries that Postgres cannot run."""

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.SplitDateTimeField):
            # The form has one <label> for two inputs, so each input needs a name of its own.
            for half, widget in zip(("date", "time"), field.widget.widgets, strict=True):
                widget.attrs["aria-label"] = f"{field.label}: {half}"
        return field

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Filters pass any text to the database, and Postgres rejects NUL characters.
        if "%00" in request.META["QUERY_STRING"]:
            raise BadRequest("The query contains a NUL character.")
        return super().changelist_view(request, *args, **kwargs)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset = super().get_changelist_formset(request, **kwargs)
        # Inputs in a list have no <label>, only the heading of their column.
        for field in formset.form.base_fields.values():
            field.widget.attrs["aria-label"] = field.label
        return formset


class UserAdmin(ShopModelAdmin, auth_admin.UserAdmin):  # type: ignore[type-arg]
    """Uses plain lists: the script of `filter_horizontal` makes lists without accessible names."""

    filter_horizontal = ()


class GroupAdmin(ShopModelAdmin, auth_admin.GroupAdmin):
    """Uses plain lists, for the same reason as `UserAdmin`."""

    filter_horizontal = ()
