"""Signing in, and guessing."""

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
from appkit.django.sign_in import Counts, SignInForm, settle
from appkit.limits import FROM_A_NETWORK, ONE_ACCOUNT_FROM_A_NETWORK, TooOften

MOST = ONE_ACCOUNT_FROM_A_NETWORK.most


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada", password="open")


def asked(address: str = "8.8.8.8") -> HttpRequest:
    return RequestFactory(REMOTE_ADDR=address).post("/")


def guess(name: str = "ada", typed: str = "wrong", address: str = "8.8.8.8") -> User | None:
    found = authenticate(asked(address), username=name, password=typed)
    assert found is None or isinstance(found, User)
    return found


class TestCounts:
    pytestmark = pytest.mark.django_db

    def test_counting(self) -> None:
        counts = Counts()
        assert counts.add("ada", 100, 160) == (1, 160)
        assert counts.add("ada", 110, 170) == (2, 160)
        assert counts.add("grace", 110, 170) == (1, 170)
        assert counts.add("ada", 160, 220) == (1, 220)
        assert str(Allowance.objects.get(pk="ada")) == "1 until 220"

    def test_taking_back_ends_at_none(self) -> None:
        counts = Counts()
        counts.add("ada", 100, 160)
        for _ in range(3):
            counts.take_back("ada")
        counts.take_back("nobody")
        assert counts.add("ada", 110, 170) == (1, 160)

    def test_sweeping(self) -> None:
        counts = Counts()
        counts.add("ada", 100, 160)
        counts.add("grace", 100, 161)
        counts.sweep(160)
        assert [row.key for row in Allowance.objects.all()] == ["grace"]


class TestBackend:
    def test_too_many_wrong_ones_close_the_door_to_the_right_one(self, ada: User) -> None:
        assert [guess() for _ in range(MOST)] == [None] * MOST
        with pytest.raises(TooOften):
            guess(typed="open")
        assert guess(typed="open", address="9.9.9.9") == ada
        Allowance.objects.update(until=0)
        assert guess(typed="open") == ada

    def test_the_right_one_is_not_counted(self, ada: User) -> None:
        for _ in range(2 * MOST):
            assert guess(typed="open") == ada
        assert set(Allowance.objects.values_list("spent", flat=True)) == {0}

    def test_unknown_names_and_closed_accounts_wait_as_well(self, ada: User) -> None:
        User.objects.update(is_active=False)
        for name in ("ada", "nobody", "", "x" * 500):
            for _ in range(MOST):
                assert guess(name, "open", "10.0.0.1") is None
            with pytest.raises(TooOften):
                guess(name, "open", "10.0.0.1")

    def test_name_after_name(self, db: None) -> None:
        for number in range(FROM_A_NETWORK.most):
            guess(f"name {number}")
        with pytest.raises(TooOften):
            guess("another")

    def test_other_credentials_are_not_its_business(self, db: None) -> None:
        assert authenticate(asked(), token="x") is None
        assert not Allowance.objects.exists()

    def test_without_a_request(self, ada: User) -> None:
        assert authenticate(None, username="ada", password="open") == ada


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_do_not_slip_past() -> None:
    """On Postgres really at once; on SQLite, which has one writer at a time, one by one."""
    racing = connection.vendor == "postgresql"
    many = MOST + 6
    together = Barrier(many if racing else 1)

    def once(_: int) -> bool:
        together.wait()
        try:
            guess()
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
    assert done.count(True) <= MOST
    assert max(Allowance.objects.values_list("spent", flat=True)) == done.count(True)


class TestForm:
    def page(self, password: str) -> HttpResponse:
        request = asked()
        form = SignInForm(request, data={"username": "ada", "password": password})
        form.is_valid()
        return settle(TemplateResponse(request, "unused", {"form": form}))

    def test_it_tells_how_long_to_wait(self, ada: User) -> None:
        assert {self.page("wrong").status_code for _ in range(MOST)} == {400}
        refused = self.page("open")
        assert refused.status_code == 429
        assert 0 < int(refused["Retry-After"]) <= 900
        form = SignInForm(asked(), data={"username": "ada", "password": "open"})
        assert form.non_field_errors() == ["Too many wrong passwords. Try again in 15 minutes."]

    def test_what_is_right_is_left_alone(self, ada: User) -> None:
        assert self.page("open").status_code == 200
        assert settle(HttpResponse(status=302)).status_code == 302


def test_signing_in_clears_expired_sessions_away(ada: User) -> None:
    request = asked()
    cleared: list[bool] = []

    class Session(SessionBase):
        @classmethod
        def clear_expired(cls) -> None:
            cleared.append(True)

    request.session = Session()
    user_logged_in.send(User, request=request, user=ada)
    assert cleared == [True]
