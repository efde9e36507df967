"""Sign-in, and the limit on wrong passwords."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory
from pytest_django import Settings

from appkit.django.models import Allowance
from appkit.django.sign_in import Counts, SignInForm, with_form_status
from appkit.limits import (
    FROM_A_NETWORK,
    ONE_ACCOUNT_FROM_A_BUSY_NETWORK,
    ONE_ACCOUNT_FROM_A_NETWORK,
    TooOften,
)

MAX_ATTEMPTS = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada", password="open")


def new_request(address: str = "8.8.8.8") -> HttpRequest:
    return RequestFactory(REMOTE_ADDR=address).post("/")


def log_in(name: str = "ada", entered: str = "wrong", address: str = "8.8.8.8") -> User | None:
    found = authenticate(new_request(address), username=name, password=entered)
    assert found is None or isinstance(found, User)
    return found


@pytest.mark.sqlite
class TestCounts:
    pytestmark = pytest.mark.django_db

    def test_attempts_are_counted(self) -> None:
        counts = Counts()
        assert counts.add("ada", 100, 160) == (1, 160)
        assert counts.add("ada", 110, 170) == (2, 160)
        assert counts.add("grace", 110, 170) == (1, 170)
        assert counts.add("ada", 160, 220) == (1, 220)
        assert str(Allowance.objects.get(pk="ada")) == "1 until 220"

    def test_a_count_is_never_negative(self) -> None:
        counts = Counts()
        counts.add("ada", 100, 160)
        for _ in range(3):
            counts.subtract("ada")
        counts.subtract("nobody")
        assert counts.add("ada", 110, 170) == (1, 160)

    def test_each_key_is_decremented_alone(self) -> None:
        counts = Counts()
        for key in ("ada", "grace"):
            counts.add(key, 100, 160)
        counts.subtract("ada")
        assert counts.add("grace", 110, 170) == (2, 160)

    def test_closed_windows_are_deleted(self) -> None:
        counts = Counts()
        counts.add("ada", 100, 160)
        counts.add("grace", 100, 161)
        counts.sweep(160)
        assert [row.key for row in Allowance.objects.all()] == ["grace"]


class TestBackend:
    def test_after_too_many_wrong_passwords_the_right_one_is_refused(self, ada: User) -> None:
        assert [log_in() for _ in range(MAX_ATTEMPTS)] == [None] * MAX_ATTEMPTS
        with pytest.raises(TooOften):
            log_in(entered="open")
        assert log_in(entered="open", address="9.9.9.9") == ada
        Allowance.objects.update(until=0)
        assert log_in(entered="open") == ada

    def test_the_right_password_is_not_counted(self, ada: User) -> None:
        for _ in range(2 * MAX_ATTEMPTS):
            assert log_in(entered="open") == ada
        assert set(Allowance.objects.values_list("spent", flat=True)) == {0}

    def test_unknown_names_and_inactive_accounts_are_limited_too(self, ada: User) -> None:
        User.objects.update(is_active=False)
        for name in ("ada", "nobody", "", "x" * 500):
            for _ in range(MAX_ATTEMPTS):
                assert log_in(name, "open", "10.0.0.1") is None
            with pytest.raises(TooOften):
                log_in(name, "open", "10.0.0.1")

    def test_many_names_from_one_network_are_limited(self, db: None) -> None:
        for number in range(FROM_A_NETWORK.max_attempts):
            log_in(f"name {number}")
        for _ in range(ONE_ACCOUNT_FROM_A_BUSY_NETWORK.max_attempts):
            assert log_in("another") is None
        with pytest.raises(TooOften):
            log_in("another")

    def test_many_wrong_names_do_not_lock_out_another_user(self, ada: User) -> None:
        for number in range(FROM_A_NETWORK.max_attempts + 1):
            log_in(f"name {number}")
        assert log_in(entered="open") == ada

    def test_failed_attempts_are_logged_without_what_was_typed(
        self, ada: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        log_in(entered="secret 1", address="10.0.0.1")
        log_in("secret 2", "secret 3", "10.0.0.2")
        assert log_in(entered="open") == ada
        for _ in range(MAX_ATTEMPTS):
            log_in()
        with pytest.raises(TooOften):
            log_in()
        lines = [record.fields for record in caplog.records if hasattr(record, "fields")]
        assert [(line["client"], line["account"]) for line in lines[:2]] == [
            ("10.0.0.1", ada.pk),
            ("10.0.0.2", None),
        ]
        assert lines[-1] == {"client": "8.8.8.8", "account": None, "reason": "too many attempts"}
        assert len(lines) == 2 + MAX_ATTEMPTS + 1
        assert "secret" not in caplog.text + str(lines)

    def test_other_credentials_are_ignored(self, db: None) -> None:
        assert authenticate(new_request(), token="x") is None
        assert not Allowance.objects.exists()

    def test_a_request_is_not_required(self, ada: User) -> None:
        assert authenticate(None, username="ada", password="open") == ada


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_concurrent_attempts_do_not_exceed_the_limit() -> None:
    """Concurrent on Postgres; sequential on SQLite, which has one writer at a time."""
    racing = connection.vendor == "postgresql"
    many = MAX_ATTEMPTS + 6
    together = Barrier(many if racing else 1)

    def once(_: int) -> bool:
        together.wait()
        try:
            log_in()
        except TooOften:
            return False
        finally:
            if racing:
                connections.close_all()
        return True

    if racing:
        with ThreadPoolExecutor(many) as pool:
            done = list(pool.map(once, range(many)))
    else:
        done = [once(number) for number in range(many)]
    assert done.count(True) <= MAX_ATTEMPTS
    assert max(Allowance.objects.values_list("spent", flat=True)) == done.count(True)


class TestForm:
    def page(self, password: str) -> HttpResponse:
        request = new_request()
        form = SignInForm(request, data={"username": "ada", "password": password})
        form.is_valid()
        return with_form_status(TemplateResponse(request, "unused", {"form": form}))

    def test_the_page_states_the_time_to_wait(self, ada: User) -> None:
        assert {self.page("wrong").status_code for _ in range(MAX_ATTEMPTS)} == {400}
        refused = self.page("open")
        assert refused.status_code == 429
        assert 0 < int(refused["Retry-After"]) <= 900
        form = SignInForm(new_request(), data={"username": "ada", "password": "open"})
        assert form.non_field_errors() == ["Too many wrong passwords. Try again in 15 minutes."]

    def test_a_valid_form_keeps_its_status(self, ada: User) -> None:
        assert self.page("open").status_code == 200
        assert with_form_status(HttpResponse(status=302)).status_code == 302


def test_signing_in_deletes_expired_sessions(ada: User) -> None:
    request = new_request()
    cleared: list[bool] = []

    class Session(SessionBase):
        @classmethod
        def clear_expired(cls) -> None:
            cleared.append(True)

    request.session = Session()
    user_logged_in.send(User, request=request, user=ada)
    assert cleared == [True]
