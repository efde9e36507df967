"""The commands `prepare`, `create_user` and `create_admin`."""

from io import StringIO
from typing import Self

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.module_loading import import_string
from pytest_django import Settings

from appkit import database
from appkit.django.management.commands import prepare
from appkit.django.settings import current


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue().strip()


loaded: list[str] = []


def demo() -> None:
    loaded.append("demo")


class TestPrepare:
    @pytest.fixture(autouse=True)
    def forget(self) -> None:
        loaded.clear()

    @pytest.mark.sqlite
    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("environment", "path", "expected"),
        [
            ("demo", f"{__name__}.demo", ["demo"]),
            ("production", f"{__name__}.demo", []),
            ("development", f"{__name__}.demo", ["demo"]),
            ("demo", None, []),
        ],
    )
    def test_production_loads_no_demo_data(
        self,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        environment: str,
        path: str | None,
        expected: list[str],
    ) -> None:
        settings.APPKIT = type(current())(**{**vars(current()), "environment": environment})
        settings.DEMO_DATA = path
        monkeypatch.setattr(prepare, "import_string", lambda found: {path: demo}[found])
        assert run("prepare").endswith("prepared")
        assert loaded == expected

    @pytest.mark.django_db
    def test_expired_sessions_are_deleted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cleared: list[bool] = []
        store = import_string(f"{django_settings.SESSION_ENGINE}.SessionStore")
        monkeypatch.setattr(store, "clear_expired", lambda: cleared.append(True))
        run("prepare")
        assert cleared == [True]

    def test_a_database_that_never_answers_prints_one_line(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def give_up(*_arguments: object, **_options: object) -> None:
            raise database.NotReady("gave up after 60 s")

        monkeypatch.setattr(database, "wait", give_up)
        with pytest.raises(CommandError, match="gave up after 60 s"):
            run("prepare")

    @pytest.mark.parametrize(
        ("vendor", "statements"),
        [
            ("sqlite", []),
            ("postgresql", ["SELECT pg_advisory_lock(%s)", "SELECT pg_advisory_unlock(%s)"]),
        ],
    )
    def test_prepare_holds_an_advisory_lock_on_postgres(
        self, monkeypatch: pytest.MonkeyPatch, vendor: str, statements: list[str]
    ) -> None:
        seen: list[str] = []

        class Cursor:
            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_error: object) -> None: ...

            def execute(self, statement: str, _values: object) -> None:
                seen.append(statement)

        monkeypatch.setattr(connection, "vendor", vendor)
        monkeypatch.setattr(connection, "cursor", Cursor)
        with prepare.advisory_lock():
            pass
        assert seen == statements


@pytest.mark.django_db
class TestCreateUser:
    def test_the_account_has_no_special_permission(self) -> None:
        password = run("create_user", "grace")
        user = authenticate(username="grace", password=password)
        assert user == User.objects.get(is_superuser=False, is_staff=False)

    @pytest.mark.parametrize("name", ["boss", "", "two words", "x" * 151])
    def test_an_invalid_or_existing_name_is_refused(self, name: str) -> None:
        User.objects.create_user("boss")
        with pytest.raises(CommandError):
            run("create_user", name)
        assert User.objects.count() == 1


@pytest.mark.django_db
class TestCreateAdmin:
    def test_the_printed_password_works(self) -> None:
        password = run("create_admin", "boss")
        assert len(password) >= 20
        user = authenticate(username="boss", password=password)
        assert user == User.objects.get(is_superuser=True, is_staff=True)

    def test_an_existing_name_is_refused(self) -> None:
        User.objects.create_user("boss")
        with pytest.raises(CommandError, match="boss"):
            run("create_admin", "boss")

    @pytest.mark.parametrize("name", ["", "two words", "x" * 151])
    def test_an_invalid_name_is_refused(self, name: str) -> None:
        with pytest.raises(CommandError):
            run("create_admin", name)
        assert not User.objects.exists()

    def test_an_application_without_accounts_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from django.apps import apps  # noqa: PLC0415

        monkeypatch.setattr(apps, "is_installed", lambda _name: False)
        with pytest.raises(CommandError, match="no accounts"):
            run("create_admin", "boss")
