"""Signing in and out."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from devkit.testing.django import PrefixClient

from .conftest import PREFIX, get_html

pytestmark = pytest.mark.django_db


class TestSignIn:
    def test_signing_in_and_out(self, client: PrefixClient, ada: User) -> None:
        response = client.post(
            "/sign-in/",
            {"username": "ada", "password": "open", "next": f"{PREFIX}/book/"},
        )
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/book/")
        cookie = response.cookies["docs-django-grafana-session"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
        assert "Sign out" in get_html(client)
        response = client.post("/sign-out/")
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/")
        assert "Sign out" not in get_html(client)

    @pytest.mark.parametrize(("secure", "scheme"), [(False, "http"), (True, "https")])
    def test_it_works_on_both_schemes(
        self, ada: User, settings: Settings, secure: bool, scheme: str
    ) -> None:
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
        host = {"Host": "ledger.example:9005", "Origin": f"{scheme}://ledger.example:9005"}
        client = PrefixClient(PREFIX, enforce_csrf_checks=True, headers=host)
        form = client.get("/sign-in/", secure=secure)
        token = str(form.context["csrf_token"])
        fields = {"username": "ada", "password": "open", "csrfmiddlewaretoken": token}
        response = client.post("/sign-in/", fields, secure=secure)
        assert response.status_code == 302
        for found in (form, response):
            assert all(bool(each["secure"]) == secure for each in found.cookies.values())
        assert "docs-django-grafana-session" in response.cookies

    @pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example"])
    def test_it_redirects_to_this_site_only(
        self, client: PrefixClient, ada: User, away: str
    ) -> None:
        fields = {"username": "ada", "password": "open", "next": away}
        response = client.post("/sign-in/", fields)
        assert response["Location"] == f"{PREFIX}/"

    def test_a_signed_in_client_skips_the_form(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        assert client.get("/sign-in/")["Location"] == f"{PREFIX}/"

    @pytest.mark.parametrize("password", ["wrong", ""])
    def test_a_wrong_password_is_refused(
        self, client: PrefixClient, ada: User, password: str
    ) -> None:
        response = client.post("/sign-in/", {"username": "ada", "password": password})
        assert response.status_code == 400
        assert 'class="error"' in response.content.decode()
        assert "_auth_user_id" not in client.session
