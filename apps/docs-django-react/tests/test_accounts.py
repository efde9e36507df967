import runpy
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from appkit.django.models import Allowance
from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK
from workbench import settings as declared
from workbench.accounts import views

pytestmark = pytest.mark.django_db

DRAWING: dict[str, Any] = {"name": "Tea", "nodes": [], "edges": []}
PASSWORD = "open sesame"
COOKIE = "docs-django-react-session"


def sign_in(client: Client, name: object = "ada", password: object = PASSWORD) -> Any:
    body = {"name": name, "password": password}
    return client.post("/api/session", body, content_type="application/json")


def change_password(client: Client, **body: object) -> Any:
    return client.put("/api/password", body, content_type="application/json")


def create_diagram(client: Client) -> Any:
    return client.post("/api/diagrams", DRAWING, content_type="application/json")


def test_a_visitor_has_no_session(client: Client) -> None:
    response = client.get("/api/session")
    assert response.json() == {"user": None, "mayWrite": True}
    assert COOKIE not in response.cookies
    assert response["Cache-Control"] == "no-store"


def test_signing_in_and_out(client: Client, ada: User) -> None:
    response = sign_in(client)
    assert response.json() == {"user": {"name": "ada"}, "mayWrite": True}
    cookie = response.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
    assert client.get("/api/session").json()["user"] == {"name": "ada"}
    copied = client.cookies[COOKIE].value
    assert client.delete("/api/session").json()["user"] is None
    # A copied cookie no longer works: the session is deleted from the database.
    assert not Session.objects.exists()
    client.cookies[COOKIE] = copied
    assert client.get("/api/session").json()["user"] is None


@pytest.mark.parametrize("value", ["", "cut", "x" * 500, "é", '"', "eyJhbGciOiJIUzI1NiJ9.e30.x"])
def test_a_truncated_or_forged_cookie_is_ignored(client: Client, value: str) -> None:
    client.cookies[COOKIE] = value
    response = client.get("/api/session")
    assert (response.status_code, response.json()["user"]) == (200, None)
    assert create_diagram(client).status_code == 201


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("bob", "open sesame")])
def test_the_error_does_not_reveal_whether_the_name_or_the_password_is_wrong(
    client: Client, ada: User, name: str, password: str
) -> None:
    response = sign_in(client, name, password)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["path"], error["code"]) == ("password", "wrong_credentials")
    assert COOKIE not in response.cookies


@pytest.mark.parametrize(
    ("name", "password", "path"),
    [
        (None, "x", "name"),
        ("", "x", "name"),
        (7, "x", "name"),
        ("a\x00b", "x", "name"),
        ("n" * 151, "x", "name"),
        ("ada", "", "password"),
        ("ada", ["x"], "password"),
        ("ada", "p" * 1025, "password"),
        ("ada", "a\nb", "password"),
    ],
)
def test_an_invalid_field_is_reported(
    client: Client, name: object, password: object, path: str
) -> None:
    response = sign_in(client, name, password)
    assert response.status_code == 422
    assert [error["path"] for error in response.json()["errors"]] == [path]
    assert not Allowance.objects.exists()


def test_a_body_that_is_not_an_object_is_rejected(client: Client) -> None:
    assert client.post("/api/session", "[]", content_type="application/json").status_code == 400


def test_signing_in_requires_the_csrf_token(ada: User) -> None:
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


@pytest.mark.parametrize(
    "send", [sign_in, partial(change_password, current="wrong", new="shut the gate")]
)
def test_too_many_wrong_passwords_are_throttled(
    client: Client, ada: User, send: Callable[[Client], Any]
) -> None:
    client.force_login(ada)
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
        assert sign_in(Client(), password="wrong").status_code == 422
    response = send(client)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 900
    assert response.json()["code"] == "too_many_wrong_passwords"
    assert "15 minutes" in response.json()["title"]


class TestChangingThePassword:
    def test_renews_the_own_session(self, client: Client, ada: User) -> None:
        sign_in(client)
        copy = Client()
        copy.cookies[COOKIE] = client.cookies[COOKIE].value
        changed = change_password(client, current=PASSWORD, new="a long and new one")
        assert changed.status_code == 204
        assert client.get("/api/session").json()["user"] == {"name": "ada"}
        assert copy.get("/api/session").json()["user"] is None
        assert not Session.objects.filter(session_key=copy.cookies[COOKIE].value).exists()

    def test_of_two_changes_at_once_only_one_succeeds(
        self, client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sign_in(client)
        authenticate = views._authenticate

        def overtaken(*arguments: Any) -> User | None:
            found = authenticate(*arguments)
            other = User.objects.get(pk=ada.pk)
            other.set_password("another long one")
            other.save()
            return found

        monkeypatch.setattr(views, "_authenticate", overtaken)
        response = change_password(client, current=PASSWORD, new="a long and new one")
        assert response.status_code == 422
        assert response.json()["errors"][0]["code"] == "wrong_password"
        ada.refresh_from_db()
        assert ada.check_password("another long one")

    def test_ends_every_other_session(self, client: Client, ada: User) -> None:
        other = Client()
        sign_in(client)
        sign_in(other)
        assert (
            change_password(client, current="open sesame", new="shut the gate").status_code == 204
        )
        assert client.get("/api/session").json()["user"] == {"name": "ada"}
        assert other.get("/api/session").json()["user"] is None
        assert sign_in(other).status_code == 422
        assert sign_in(other, password="shut the gate").status_code == 200

    @pytest.mark.parametrize(
        ("current", "new", "path", "code"),
        [
            ("wrong", "shut the gate", "current", "wrong_password"),
            ("", "shut the gate", "current", "current_password_required"),
            ("open sesame", "short", "new", "password_too_short"),
            ("open sesame", "1234567890123", "new", "password_entirely_numeric"),
            ("open sesame", "password123", "new", "password_too_common"),
            ("open sesame", None, "new", "new_password_required"),
        ],
    )
    def test_invalid_passwords_are_rejected(
        self, client: Client, ada: User, current: str, new: object, path: str, code: str
    ) -> None:
        sign_in(client)
        response = change_password(client, current=current, new=new)
        assert response.status_code == 422
        errors = response.json()["errors"]
        assert {error["path"] for error in errors} == {path}
        assert code in [error["code"] for error in errors]
        ada.refresh_from_db()
        assert ada.check_password("open sesame")

    def test_requires_a_signed_in_user(self, client: Client) -> None:
        assert change_password(client, current="x", new="y").status_code == 401


class TestInProduction:
    @pytest.fixture(autouse=True)
    def production(self, settings: Settings) -> None:
        settings.OPEN_TO_EVERYONE = False

    def test_visitors_can_read_but_not_write(self, client: Client) -> None:
        assert client.get("/api/session").json()["mayWrite"] is False
        assert client.get("/api/diagrams").status_code == 200
        url = "/api/diagrams/00000000-0000-4000-8000-000000000000"
        responses = [
            create_diagram(client),
            *(
                client.generic(method, url, "{}", content_type="application/json")
                for method in ("PUT", "PATCH", "DELETE")
            ),
        ]
        assert [response.status_code for response in responses] == [401] * 4
        assert {response.json()["code"] for response in responses} == {"sign_in_to_edit"}

    def test_signed_in_users_can_write(self, client: Client, ada: User) -> None:
        sign_in(client)
        assert client.get("/api/session").json()["mayWrite"] is True
        created = create_diagram(client)
        assert (created.status_code, created.json()["savedBy"]) == (201, "ada")


@pytest.mark.parametrize(
    ("environment", "open_to_everyone"),
    [("development", True), ("demo", True), ("production", False)],
)
def test_visitors_may_write_except_in_production(
    monkeypatch: pytest.MonkeyPatch, environment: str, open_to_everyone: bool
) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    monkeypatch.setenv("DATABASE_URL", "sqlite:////tmp/none.sqlite3")
    declared_names = runpy.run_path(str(declared.__file__))
    assert declared_names["OPEN_TO_EVERYONE"] is open_to_everyone


def test_the_first_admin_can_sign_in_with_the_printed_password(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_admin", "grace")
    assert sign_in(client, "grace", capsys.readouterr().out.strip()).status_code == 200


def test_an_ordinary_user_can_sign_in_and_edit(
    client: Client, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.OPEN_TO_EVERYONE = False
    call_command("create_user", "grace")
    response = sign_in(client, "grace", capsys.readouterr().out.strip())
    assert response.json() == {"user": {"name": "grace"}, "mayWrite": True}
    assert create_diagram(client).status_code == 201
    assert not User.objects.filter(is_superuser=True).exists()


def test_a_password_like_the_name_is_refused(client: Client) -> None:
    User.objects.create_user("augusta.byron", password=PASSWORD)
    assert sign_in(client, "augusta.byron").status_code == 200
    response = change_password(client, current=PASSWORD, new="augusta.byron1")
    assert response.status_code == 422
    assert [each["code"] for each in response.json()["errors"]] == ["password_too_similar"]
