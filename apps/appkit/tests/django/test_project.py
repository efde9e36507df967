"""Common settings, static files, and the entry points of a project."""

import os
import signal
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix

from appkit.django import manage
from appkit.django.settings import context, current, databases, defaults
from appkit.django.static import PrefixedStaticFilesStorage
from appkit.django.wsgi import application
from appkit.env import EXIT_CONFIG, DatabaseUrl, Environment, SettingError
from appkit.settings import Settings
from devkit.testing.django import PrefixClient


def read(**values: str) -> Settings:
    secret = {"SECRET_KEY": "k" * 40, "DATABASE_URL": "postgres://me@db:6000/shop"}
    with Environment({"ENVIRONMENT": "production", **secret, **values}) as env:
        return Settings.read(env, app="shop")


class TestSettings:
    def test_each_application_has_its_own_cookies(self) -> None:
        found = defaults(read(), package="shop", root=Path("/app"))
        for kind in ("SESSION", "CSRF"):
            assert found[f"{kind}_COOKIE_NAME"] == f"shop-{kind.lower()}"
            assert found[f"{kind}_COOKIE_PATH"] == "/"
            assert found[f"{kind}_COOKIE_HTTPONLY"] is True
            assert found[f"{kind}_COOKIE_SAMESITE"] == "Lax"
        assert found["DEBUG"] is False

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("9fQ-z4wLt", "password_too_short"),
            ("1234567890", "password_entirely_numeric"),
            ("qwertyuiop", "password_too_common"),
            ("ada.byron", "password_too_similar"),
        ],
    )
    def test_a_weak_password_is_refused(self, password: str, code: str) -> None:
        found = defaults(read(), package="shop", root=Path("/app"))["AUTH_PASSWORD_VALIDATORS"]
        validators = get_password_validators(found)
        user = User(username="ada.byron")
        validate_password("9fQ-z4wLtk", user, validators)
        with pytest.raises(ValidationError) as refused:
            validate_password(password, user, validators)
        assert code in {error.code for error in refused.value.error_list}

    def test_postgres(self) -> None:
        (found,) = databases(read(DATABASE_PASSWORD="p").database).values()
        assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("shop", "me", "p")
        assert (found["HOST"], found["PORT"]) == ("db", 6000)
        assert found["CONN_HEALTH_CHECKS"] is True

    def test_sqlite(self) -> None:
        (found,) = databases(DatabaseUrl("sqlite", "/tmp/x")).values()
        assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", "/tmp/x")

    def test_templates_can_use_the_settings(self) -> None:
        assert context(object()) == {"appkit": current()}
        assert current().app == django_settings.SESSION_COOKIE_NAME.removesuffix("-session")


class TestStatic:
    def test_addresses_have_the_prefix_of_the_current_request(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage = PrefixedStaticFilesStorage(location=str(tmp_path), base_url="/static/")
        monkeypatch.setattr(storage, "stored_name", lambda name: name.replace(".", ".0123."))
        found = []
        try:
            for prefix in ("/", "/shop/", "/a/b", "/"):
                set_script_prefix(prefix)
                found.append(storage.url("x/y.css"))
        finally:
            set_script_prefix("/")
        assert found == [
            "/static/x/y.0123.css",
            "/shop/static/x/y.0123.css",
            "/a/b/static/x/y.0123.css",
            "/static/x/y.0123.css",
        ]

    @pytest.mark.parametrize(("has_source", "name"), [(True, "x.css"), (False, "x.0123.css")])
    def test_development_serves_source_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_source: bool, name: str
    ) -> None:
        storage = PrefixedStaticFilesStorage(location=str(tmp_path), base_url="/static/")
        monkeypatch.setattr(storage, "stored_name", lambda name: name.replace(".", ".0123."))
        monkeypatch.setattr(django_settings, "DEBUG", True)
        monkeypatch.setattr(finders, "find", lambda _: "x.css" if has_source else None)
        assert storage.url("x.css") == f"/static/{name}"

    def test_the_project_uses_the_storage(self) -> None:
        assert isinstance(staticfiles_storage, PrefixedStaticFilesStorage)


class TestManage:
    @pytest.fixture(autouse=True)
    def keep_signal(self) -> object:
        before = signal.getsignal(signal.SIGTERM)
        yield
        signal.signal(signal.SIGTERM, before)

    @pytest.mark.parametrize(
        ("argv", "run"),
        [
            (["manage.py", "create-admin", "a-b"], ["manage.py", "create_admin", "a-b"]),
            (["manage.py", "prepare"], ["manage.py", "prepare"]),
            (["manage.py", "--version"], ["manage.py", "--version"]),
            (["manage.py"], ["manage.py"]),
        ],
    )
    def test_command_names_may_have_dashes(
        self, monkeypatch: pytest.MonkeyPatch, argv: list[str], run: list[str]
    ) -> None:
        seen: list[list[str]] = []
        monkeypatch.setattr(manage, "execute_from_command_line", seen.append)
        manage.main("config.settings", argv)
        monkeypatch.setattr(sys, "argv", argv)
        manage.main("config.settings")
        assert seen == [run, run]

    def test_a_wrong_setting_prints_one_line(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail(_argv: list[str]) -> None:
            raise SettingError("A is missing")

        monkeypatch.setattr(manage, "execute_from_command_line", fail)
        with pytest.raises(SystemExit) as caught:
            manage.main("config.settings", ["manage.py", "check"])
        assert caught.value.code == EXIT_CONFIG
        assert capsys.readouterr().err == "settings: A is missing\n"

    def test_sigterm_ends_a_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            manage, "execute_from_command_line", lambda _: signal.raise_signal(signal.SIGTERM)
        )
        with pytest.raises(SystemExit) as caught:
            manage.main("config.settings", ["manage.py", "check"])
        assert caught.value.code == 128 + signal.SIGTERM


def test_the_test_client_applies_the_prefix() -> None:
    seen: list[str] = []

    def note(_request: HttpRequest) -> HttpResponse:
        seen.append(get_script_prefix())
        return HttpResponse()

    client = PrefixClient("/shop")
    client.handler.load_middleware()
    vars(client.handler)["_middleware_chain"] = note
    client.get("/x/")
    assert (seen, get_script_prefix()) == (["/shop/"], "/")


def test_the_wsgi_application_has_the_middleware() -> None:
    service = application(os.environ.get("DJANGO_SETTINGS_MODULE", ""), policy="default-src 'none'")
    assert service.settings == current()
