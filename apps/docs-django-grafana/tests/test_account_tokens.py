"""API tokens: they are listed, have a scope, and end."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import DEFAULT_LIFETIME, MAX_NAME_LENGTH, ApiToken
from ledger.models import Transaction

from .account_steps import book, create_token, sign_in
from .conftest import PREFIX, error_codes

pytestmark = pytest.mark.django_db


class TestTokens:
    def test_the_key_is_shown_once_and_can_book(self, ada: User) -> None:
        browser = sign_in()
        assert 'class="empty"' in browser.get("/account/").content.decode()
        key = create_token(browser)
        later = browser.get("/account/").content.decode()
        assert key not in later
        assert "till" in later
        assert "never used" in later
        assert book(key) == 201
        assert Transaction.objects.get().user == ada
        assert "last used" in browser.get("/account/").content.decode()

    def test_the_database_stores_only_a_digest_of_the_key(self, ada: User) -> None:
        key = create_token(sign_in())
        (row,) = ApiToken.objects.values()
        assert str(ApiToken.objects.get()) == "till of ada"
        assert key not in str(row)
        assert book(str(row["digest"])) == 401

    def test_a_revoked_token_cannot_book(self, ada: User) -> None:
        browser = sign_in()
        key = create_token(browser)
        response = browser.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/account/")
        assert 'class="flash"' in browser.get("/account/").content.decode()
        assert book(key) == 401
        assert not Transaction.objects.exists()

    def test_an_account_cannot_revoke_a_token_of_another_account(self, ada: User) -> None:
        User.objects.create_user("eve", password="open")
        key = create_token(sign_in())
        pk = ApiToken.objects.get().pk
        assert sign_in(name="eve").post(f"/account/tokens/{pk}/revoke/").status_code == 404
        assert book(key) == 201

    def test_a_token_of_an_inactive_account_cannot_book(self, ada: User) -> None:
        key = create_token(sign_in())
        User.objects.update(is_active=False)
        assert book(key) == 401

    def test_last_used_is_written_at_most_once_a_minute(self, ada: User) -> None:
        key = create_token(sign_in())
        before = timezone.now() - timedelta(seconds=30)
        ApiToken.objects.update(last_used=before)
        book(key)
        assert ApiToken.objects.get().last_used == before
        ApiToken.objects.update(last_used=before - timedelta(minutes=1))
        book(key)
        assert (ApiToken.objects.get().last_used or before) > before

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("", "required"),
            ("x" * (MAX_NAME_LENGTH + 1), "max_length"),
            ("a\x00b", "null_characters_not_allowed"),
            ("till", "name_taken"),
        ],
    )
    def test_an_invalid_name_is_refused(self, ada: User, name: str, code: str) -> None:
        browser = sign_in()
        create_token(browser)
        response = browser.post("/account/", {"name": name})
        assert response.status_code == 400
        assert error_codes(response) == {"name": [code]}
        assert 'id="id_name_error"' in response.content.decode()
        assert ApiToken.objects.count() == 1

    @pytest.mark.sqlite
    def test_the_number_of_tokens_is_limited(self, ada: User) -> None:
        browser = sign_in()
        for number in range(tokens.MAX_TOKENS):
            create_token(browser, f"till {number}")
        response = browser.post("/account/", {"name": "one more"})
        assert response.status_code == 400
        assert error_codes(response) == {"name": ["limit"]}
        assert ApiToken.objects.count() == tokens.MAX_TOKENS

    def test_the_tokens_of_another_account_stay_out_of_it(self, ada: User) -> None:
        eve = User.objects.create_user("eve", password="open")
        for number in range(tokens.MAX_TOKENS):
            tokens.issue(eve, f"till {number}")
        eve.tokens.filter(name="till 1").update(expires=timezone.now())
        assert book(create_token(sign_in(), "till 0")) == 201
        assert eve.tokens.filter(last_used=None).count() == tokens.MAX_TOKENS

    def test_a_booking_belongs_to_the_account_of_the_token(self, ada: User) -> None:
        eve = User.objects.create_user("eve", password="open")
        assert book(tokens.issue(eve, "till")) == 201
        assert Transaction.objects.get().user == eve

    def test_a_token_expires(self, ada: User) -> None:
        browser = sign_in()
        key = create_token(browser, days="7")
        days = (ApiToken.objects.get().expiry - timezone.now()).days
        assert days == 6
        assert book(key) == 201
        ApiToken.objects.update(expires=timezone.now())
        assert book(key) == 401
        assert "expired" in browser.get("/account/").content.decode()
        create_token(browser)
        assert ApiToken.objects.count() == 1

    def test_a_token_lasts_90_days_unless_its_owner_chooses(self, ada: User) -> None:
        create_token(sign_in(), days="")
        assert (ApiToken.objects.get().expiry - timezone.now()).days == 89

    def test_a_token_of_an_earlier_release_expires(self, ada: User) -> None:
        key = create_token(sign_in())
        ApiToken.objects.update(expires=None)
        assert book(key) == 201
        ApiToken.objects.update(created=timezone.now() - DEFAULT_LIFETIME)
        assert book(key) == 401

    def test_a_read_token_cannot_book(self, ada: User) -> None:
        User.objects.update(is_staff=True)
        browser = sign_in()
        key = create_token(browser, scope="read")
        client = Client(headers={"Authorization": f"Bearer {key}"})
        assert "Read only" in browser.get("/account/").content.decode()
        assert client.get("/api/transactions/").status_code == 200
        assert client.get("/api/sql-logs/").status_code == 200
        assert book(key) == 403
        assert client.delete("/api/sql-logs/").status_code == 403
        assert not Transaction.objects.exists()

    @pytest.mark.parametrize(
        "changes", [{"scope": "admin"}, {"days": "3650"}, {"days": "\uff19\uff10"}]
    )
    def test_an_invalid_scope_or_lifetime_is_refused(
        self, ada: User, changes: dict[str, str]
    ) -> None:
        response = sign_in().post("/account/", {"name": "till", **changes})
        assert response.status_code == 400
        assert error_codes(response) == {next(iter(changes)): ["invalid_choice"]}
        assert not ApiToken.objects.exists()

    @pytest.mark.parametrize(
        "header", ["Bearer", "Bearer a b", "Bearer \xe9", "Bearer x", f"Bearer {'x' * 5000}"]
    )
    def test_an_invalid_authorization_header_gives_401(self, header: str) -> None:
        response = Client().get("/api/transactions/", headers={"Authorization": header})
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
