"""The site of Django's admin: its titles, its link to the shop and its login."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from appkit.django.sign_in import SignInForm, with_form_status


class AdminLoginForm(AdminAuthenticationForm, SignInForm):
    """Accepts staff only, and limits wrong passwords."""


class ShopAdminSite(AdminSite):
    site_header = "Rocket administration"
    site_title = "Rocket"
    index_title = "The shop"
    login_form = AdminLoginForm

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # Django's own value is the prefix without a final slash, which is not the shop's address.
        return {**super().each_context(request), "site_url": reverse("shop")}

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return with_form_status(super().login(request, extra_context))
