"""Signing in and out."""

import re

import pytest
from django.contrib.auth.models import User

from devkit.testing.cookies import Scheme
from devkit.testing.django import PrefixClient, new_cookie_browser

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

    @pytest.mark.parametrize(("scheme", "prefix"), [("http", ""), ("https", "__Host-")])
    def test_it_works_on_both_schemes(self, ada: User, scheme: Scheme, prefix: str) -> None:
        browser = new_cookie_browser()
        page = browser.get(scheme, "/sign-in/").body.decode()
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        fields = {"username": "ada", "password": "open", "csrfmiddlewaretoken": token}
        assert browser.post(scheme, "/sign-in/", fields).status == 302
        names = {f"{prefix}docs-django-grafana-{kind}" for kind in ("session", "csrf")}
        assert browser.jar.names() == names
        assert bool(browser.jar.header("http")) == (scheme == "http")

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
