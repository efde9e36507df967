"""Sign-in, sessions, API tokens and passwords."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Session
from accounts.pages import MAX_LISTED_SESSIONS, ChangePassword
from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from devkit.testing.django import PrefixClient

from .account_steps import PASSWORD, book, create_token, sign_in, signed_in
from .conftest import PREFIX, error_codes

pytestmark = pytest.mark.django_db

COOKIE = "docs-django-grafana-session"


class TestSessions:
    def test_the_account_page_lists_active_sessions(self, ada: User) -> None:
        browser = sign_in()
        sign_in(agent="<b>Other</b>")
        html = browser.get("/account/").content.decode()
        assert html.count("This browser") == 1
        assert html.count("Another browser") == 1
        assert "Browser/1" in html
        assert "&lt;b&gt;Other" in html

    def test_sessions_that_expired_or_are_of_others_are_not_listed(self, ada: User) -> None:
        User.objects.create_user("eve", password="open")
        browser = sign_in()
        sign_in(agent="Eve's browser", name="eve")
        expired = sign_in(agent="Old browser")
        Session.objects.filter(session_key=expired.cookies[COOKIE].value).update(
            expire_date=timezone.now()
        )
        html = browser.get("/account/").content.decode()
        assert html.count("This browser") == 1
        assert "Another browser" not in html

    def test_ending_other_sessions_keeps_this_one_and_other_accounts(self, ada: User) -> None:
        User.objects.create_user("eve", password="open")
        browser, other, eve = sign_in(), sign_in(), sign_in(name="eve")
        response = browser.post("/account/sessions/end-others/")
        assert response["Location"] == f"{PREFIX}/account/"
        assert 'class="flash"' in browser.get("/account/").content.decode()
        assert (signed_in(browser), signed_in(other), signed_in(eve)) == (True, False, True)

    def test_ending_other_sessions_deletes_only_those_of_the_account(self, ada: User) -> None:
        eve = User.objects.create_user("eve", password="open")
        browser = sign_in()
        for name in ("ada", "ada", "eve", "eve"):
            sign_in(name=name)
        browser.post("/account/sessions/end-others/")
        (kept,) = Session.objects.filter(user=ada)
        assert kept.session_key == browser.cookies[COOKIE].value
        assert Session.objects.filter(user=eve).count() == 2

    def test_a_long_list_of_sessions_is_shortened(self, ada: User) -> None:
        browser = sign_in()
        later = timezone.now() + timedelta(days=100)
        Session.objects.bulk_create(
            Session(session_key=f"{number:032}", session_data="", expire_date=later, user=ada)
            for number in range(500)
        )
        html = browser.get("/account/").content.decode()
        assert html.count("This browser") == 1
        assert html.count("Another browser") == MAX_LISTED_SESSIONS - 1
        assert "And 481 more." in html

    def test_signing_out_ends_the_session_on_the_server(self, ada: User) -> None:
        browser = sign_in()
        copy = PrefixClient(PREFIX)
        copy.cookies.load(browser.cookies.output(header="", sep=";"))
        assert signed_in(copy)
        browser.post("/sign-out/")
        assert not signed_in(copy)
        assert not Session.objects.filter(user=ada).exists()

    def test_a_sign_in_deletes_expired_sessions(self, ada: User) -> None:
        sign_in()
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        sign_in()
        assert Session.objects.count() == 1

    @pytest.mark.parametrize("cookie", ["", "x", "x" * 32, "\u00e9", "ada", "a" * 5000])
    def test_an_invalid_session_cookie_is_anonymous(self, ada: User, cookie: str) -> None:
        browser = sign_in()
        real = browser.cookies["docs-django-grafana-session"].value
        for value in (cookie, real[:-1]):
            browser.cookies["docs-django-grafana-session"] = value
            assert browser.get("/").status_code == 200
            assert not signed_in(browser)

    @pytest.mark.parametrize("path", ["/account/", "/account/password/"])
    def test_an_anonymous_client_is_redirected_to_the_sign_in(
        self, client: PrefixClient, path: str
    ) -> None:
        response = client.get(path)
        assert response["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}{path}"

    @pytest.mark.parametrize(
        "path", ["/account/", "/account/tokens/1/revoke/", "/account/sessions/end-others/"]
    )
    def test_a_form_without_a_session_leads_to_the_sign_in(
        self, client: PrefixClient, path: str
    ) -> None:
        response = client.post(path)
        assert response.status_code == 302
        assert response["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}{path}"

    @pytest.mark.parametrize("path", ["/account/tokens/1/revoke/", "/account/sessions/end-others/"])
    def test_a_get_of_a_form_action_redirects_to_the_account(self, ada: User, path: str) -> None:
        assert sign_in().get(path)["Location"] == f"{PREFIX}/account/"


class TestPassword:
    NEW = "a long and new one"

    def change(self, browser: Client, **changes: str) -> Any:
        fields = {"old_password": "open", "new_password1": self.NEW, "new_password2": self.NEW}
        return browser.post("/account/password/", {**fields, **changes})

    def test_a_change_ends_other_sessions(self, ada: User) -> None:
        browser, other = sign_in(), sign_in()
        assert self.change(browser).status_code == 302
        assert 'class="flash"' in browser.get("/account/").content.decode()
        assert not signed_in(other)
        assert signed_in(sign_in(self.NEW))

    def test_a_change_renews_the_own_session(self, ada: User) -> None:
        browser, copy = sign_in(), PrefixClient(PREFIX)
        copy.cookies[COOKIE] = browser.cookies[COOKIE].value
        sign_in()
        assert signed_in(copy)
        self.change(browser)
        assert signed_in(browser)
        assert not signed_in(copy)
        (session,) = Session.objects.filter(user=ada)
        assert session.session_key == browser.cookies[COOKIE].value

    def test_a_change_revokes_the_tokens_of_the_account(self, ada: User) -> None:
        User.objects.create_user("eve", password="open")
        others = create_token(sign_in(name="eve"))
        browser = sign_in()
        key = create_token(browser)
        assert self.change(browser, old_password="wrong").status_code == 400
        assert book(key) == 201
        self.change(browser)
        assert (book(key), book(others)) == (401, 201)

    def test_of_two_changes_at_once_only_one_succeeds(
        self, ada: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        browser = sign_in()
        form_valid = ChangePassword.form_valid

        def overtaken(view: ChangePassword, form: Any) -> Any:
            other = User.objects.get(pk=ada.pk)
            other.set_password("another long one")
            other.save()
            return form_valid(view, form)

        monkeypatch.setattr(ChangePassword, "form_valid", overtaken)
        response = self.change(browser)
        assert response.status_code == 400
        assert error_codes(response) == {"old_password": ["password_incorrect"]}
        assert signed_in(sign_in("another long one"))

    @pytest.mark.parametrize(
        ("changes", "field", "code"),
        [
            ({"old_password": "wrong"}, "old_password", "password_incorrect"),
            ({"new_password2": "different"}, "new_password2", "password_mismatch"),
            (
                {"new_password1": "short", "new_password2": "short"},
                "new_password2",
                "password_too_short",
            ),
            (
                {"new_password1": "password1", "new_password2": "password1"},
                "new_password2",
                "password_too_common",
            ),
        ],
    )
    def test_an_invalid_change_is_refused(
        self, ada: User, changes: dict[str, str], field: str, code: str
    ) -> None:
        response = self.change(sign_in(), **changes)
        assert response.status_code == 400
        assert code in error_codes(response)[field]
        assert signed_in(sign_in())


def test_wrong_old_passwords_are_limited(ada: User) -> None:
    browser = sign_in()
    fields = {"old_password": "wrong", "new_password1": "a long one", "new_password2": "a long one"}
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
        assert browser.post("/account/password/", fields).status_code == 400
    response = browser.post("/account/password/", {**fields, "old_password": PASSWORD})
    assert response.status_code == 429
    assert "15 minutes" in response.content.decode()
    assert signed_in(sign_in())


def test_right_old_passwords_are_not_limited(ada: User) -> None:
    browser = sign_in()
    fields = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts + 1):
        assert browser.post("/account/password/", fields).status_code == 400


def test_wrong_passwords_are_limited(ada: User) -> None:
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
        sign_in("wrong")
    response = PrefixClient(PREFIX).post("/sign-in/", {"username": "ada", "password": "open"})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 900
    assert "15 minutes" in response.content.decode()
    assert not signed_in(sign_in())


class TestCreateUser:
    def test_it_prints_a_password_that_signs_in(self) -> None:
        out = StringIO()
        call_command("create_user", "grace", stdout=out)
        user = User.objects.get(username="grace")
        assert (user.is_staff, user.is_superuser) == (False, False)
        assert signed_in(sign_in(out.getvalue().strip(), "grace"))

    @pytest.mark.parametrize("name", ["ada", "", "a b", "x" * 151])
    def test_an_invalid_name_is_refused(self, ada: User, name: str) -> None:
        with pytest.raises(CommandError):
            call_command("create_user", name)
        assert User.objects.count() == 1
