"""The admin's site."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from appkit.django.sign_in import SignInForm, with_form_status


class SignIn(AdminAuthenticationForm, SignInForm):
    """Staff only, and not to be guessed at."""


class Site(AdminSite):
    site_header = "Rocket: ground control"
    site_title = "Rocket"
    index_title = "The shop"
    login_form = SignIn

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # Django's own way there lacks the last slash, and leaves the shop's prefix.
        return {**super().each_context(request), "site_url": reverse("shop")}

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return with_form_status(super().login(request, extra_context))
