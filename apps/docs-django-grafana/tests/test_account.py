"""Signing in, sessions, and API tokens."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import NAME_LENGTH, ApiToken, Session
from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from devkit.testing.django import PrefixClient
from ledger.models import Transaction

from .conftest import PREFIX

pytestmark = pytest.mark.django_db

PASSWORD = "open"
GOOD = {"type": "sale", "amount": "12.30"}


def sign_in(password: str = PASSWORD, name: str = "ada", agent: str = "Browser/1") -> PrefixClient:
    """A browser that tried to sign in by the form."""
    client = PrefixClient(PREFIX, headers={"User-Agent": agent})
    client.post("/sign-in/", {"username": name, "password": password})
    return client


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def make(client: Client, name: str = "till") -> str:
    """The key of a new token, read from the page that shows it."""
    response = client.post("/account/", {"name": name})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    (key,) = re.findall(r'id="key">([^<]+)<', response.content.decode())
    return str(key)


def book(key: str) -> int:
    client = Client(headers={"Authorization": f"Bearer {key}"})
    return client.post("/api/transactions/", GOOD, content_type="application/json").status_code


class TestTokens:
    def test_it_is_seen_once_and_books(self, ada: User) -> None:
        browser = sign_in()
        assert "You have no token yet" in browser.get("/account/").content.decode()
        key = make(browser)
        later = browser.get("/account/").content.decode()
        assert key not in later
        assert "till" in later
        assert "never used" in later
        assert book(key) == 201
        assert Transaction.objects.get().user == ada
        assert "last used" in browser.get("/account/").content.decode()

    def test_the_database_does_not_know_it(self, ada: User) -> None:
        key = make(sign_in())
        (row,) = ApiToken.objects.values()
        assert str(ApiToken.objects.get()) == "till of ada"
        assert key not in str(row)
        assert book(str(row["digest"])) == 401

    def test_a_revoked_one_is_worth_nothing(self, ada: User) -> None:
        browser = sign_in()
        key = make(browser)
        response = browser.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/account/")
        assert "Revoked: till." in browser.get("/account/").content.decode()
        assert book(key) == 401
        assert not Transaction.objects.exists()

    def test_nobody_revokes_anothers(self, ada: User) -> None:
        User.objects.create_user("eve", password="open")
        key = make(sign_in())
        pk = ApiToken.objects.get().pk
        assert sign_in(name="eve").post(f"/account/tokens/{pk}/revoke/").status_code == 404
        assert book(key) == 201

    def test_not_of_an_account_that_is_closed(self, ada: User) -> None:
        key = make(sign_in())
        User.objects.update(is_active=False)
        assert book(key) == 401

    def test_its_use_is_noted_to_the_minute(self, ada: User) -> None:
        key = make(sign_in())
        before = timezone.now() - timedelta(seconds=30)
        ApiToken.objects.update(last_used=before)
        book(key)
        assert ApiToken.objects.get().last_used == before
        ApiToken.objects.update(last_used=before - timedelta(minutes=1))
        book(key)
        assert (ApiToken.objects.get().last_used or before) > before

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("", "This field is required."),
            ("x" * (NAME_LENGTH + 1), f"at most {NAME_LENGTH} characters"),
            ("a\x00b", "Null characters are not allowed."),
            ("till", "You have a token of that name"),
        ],
    )
    def test_a_bad_name(self, ada: User, name: str, error: str) -> None:
        browser = sign_in()
        make(browser)
        response = browser.post("/account/", {"name": name})
        html = response.content.decode()
        assert response.status_code == 400
        assert error in html
        assert 'id="id_name_error"' in html
        assert ApiToken.objects.count() == 1

    def test_there_is_an_end(self, ada: User) -> None:
        browser = sign_in()
        for number in range(tokens.MOST):
            make(browser, f"till {number}")
        response = browser.post("/account/", {"name": "one more"})
        assert response.status_code == 400
        assert "revoke one" in response.content.decode()
        assert ApiToken.objects.count() == tokens.MOST

    @pytest.mark.parametrize(
        "header", ["Bearer", "Bearer a b", "Bearer \xe9", "Bearer x", f"Bearer {'x' * 5000}"]
    )
    def test_a_header_that_is_none(self, header: str) -> None:
        response = Client().get("/api/transactions/", headers={"Authorization": header})
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"


class TestSessions:
    def test_they_are_listed(self, ada: User) -> None:
        browser = sign_in()
        sign_in(agent="<b>Other</b>")
        html = browser.get("/account/").content.decode()
        assert html.count("This browser") == 1
        assert html.count("Another browser") == 1
        assert "Browser/1" in html
        assert "&lt;b&gt;Other" in html

    def test_one_that_was_ended_signs_in_nobody(self, ada: User) -> None:
        User.objects.create_user("eve", password="open")
        browser, other, eve = sign_in(), sign_in(), sign_in(name="eve")
        response = browser.post("/account/sessions/end-others/")
        assert response["Location"] == f"{PREFIX}/account/"
        assert "Signed out everywhere else (1)" in browser.get("/account/").content.decode()
        assert (signed_in(browser), signed_in(other), signed_in(eve)) == (True, False, True)

    def test_signing_out_ends_it_on_the_server(self, ada: User) -> None:
        browser = sign_in()
        thief = PrefixClient(PREFIX)
        thief.cookies.load(browser.cookies.output(header="", sep=";"))
        assert signed_in(thief)
        browser.post("/sign-out/")
        assert not signed_in(thief)
        assert not Session.objects.filter(user=ada).exists()

    def test_expired_ones_go_with_the_next_sign_in(self, ada: User) -> None:
        sign_in()
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        sign_in()
        assert Session.objects.count() == 1

    @pytest.mark.parametrize("cookie", ["", "x", "x" * 32, "\u00e9", "ada", "a" * 5000])
    def test_a_cookie_that_is_none(self, ada: User, cookie: str) -> None:
        browser = sign_in()
        real = browser.cookies["docs-django-grafana-session"].value
        for value in (cookie, real[:-1]):
            browser.cookies["docs-django-grafana-session"] = value
            assert browser.get("/").status_code == 200
            assert not signed_in(browser)

    @pytest.mark.parametrize("path", ["/account/", "/account/password/"])
    def test_strangers_are_asked_who_they_are(self, client: PrefixClient, path: str) -> None:
        response = client.get(path)
        assert response["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}{path}"

    @pytest.mark.parametrize("path", ["/account/tokens/1/revoke/", "/account/sessions/end-others/"])
    def test_the_address_of_a_form_leads_to_it(self, ada: User, path: str) -> None:
        assert sign_in().get(path)["Location"] == f"{PREFIX}/account/"


class TestPassword:
    NEW = "a long and new one"

    def change(self, browser: Client, **changes: str) -> tuple[int, str]:
        sent = {"old_password": "open", "new_password1": self.NEW, "new_password2": self.NEW}
        response = browser.post("/account/password/", {**sent, **changes})
        return response.status_code, response.content.decode()

    def test_it_changes_and_other_sessions_end(self, ada: User) -> None:
        browser, other = sign_in(), sign_in()
        assert self.change(browser)[0] == 302
        assert "The password is changed" in browser.get("/account/").content.decode()
        assert not signed_in(other)
        assert signed_in(sign_in(self.NEW))

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"old_password": "wrong"}, "Your old password was entered incorrectly"),
            ({"new_password2": "different"}, "The two password fields"),
            ({"new_password1": "short", "new_password2": "short"}, "This password is too short"),
            ({"new_password1": "password1", "new_password2": "password1"}, "too common"),
        ],
    )
    def test_a_mistake(self, ada: User, changes: dict[str, str], error: str) -> None:
        browser = sign_in()
        status, html = self.change(browser, **changes)
        assert (status, error in html) == (400, True)
        assert signed_in(sign_in())


def test_guesses_at_the_old_password_have_to_wait(ada: User) -> None:
    browser = sign_in()
    sent = {"old_password": "wrong", "new_password1": "a long one", "new_password2": "a long one"}
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
        assert browser.post("/account/password/", sent).status_code == 400
    response = browser.post("/account/password/", {**sent, "old_password": PASSWORD})
    assert response.status_code == 429
    assert "Try again in 15 minutes." in response.content.decode()
    assert signed_in(sign_in())


def test_too_many_wrong_passwords_have_to_wait(ada: User) -> None:
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
        sign_in("wrong")
    response = PrefixClient(PREFIX).post("/sign-in/", {"username": "ada", "password": "open"})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 900
    assert "Too many wrong passwords. Try again in 15 minutes." in response.content.decode()
    assert not signed_in(sign_in())


class TestCreateUser:
    def test_its_password_is_printed_once(self) -> None:
        out = StringIO()
        call_command("create_user", "grace", stdout=out)
        user = User.objects.get(username="grace")
        assert (user.is_staff, user.is_superuser) == (False, False)
        assert signed_in(sign_in(out.getvalue().strip(), "grace"))

    @pytest.mark.parametrize("name", ["ada", "", "a b", "x" * 151])
    def test_a_bad_name(self, ada: User, name: str) -> None:
        with pytest.raises(CommandError):
            call_command("create_user", name)
        assert User.objects.count() == 1
