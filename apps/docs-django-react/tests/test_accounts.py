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

pytestmark = pytest.mark.django_db

DRAWING: dict[str, Any] = {"name": "Tea", "nodes": [], "edges": []}
PASSWORD = "open sesame"
COOKIE = "docs-django-react-session"


def sign_in(client: Client, name: object = "ada", password: object = PASSWORD) -> Any:
    body = {"name": name, "password": password}
    return client.post("/api/session", body, content_type="application/json")


def put(client: Client, **body: object) -> Any:
    return client.put("/api/password", body, content_type="application/json")


def draw(client: Client) -> Any:
    return client.post("/api/diagrams", DRAWING, content_type="application/json")


def test_a_visitor_has_no_session(client: Client) -> None:
    answer = client.get("/api/session")
    assert answer.json() == {"user": None, "mayWrite": True}
    assert COOKIE not in answer.cookies
    assert answer["Cache-Control"] == "no-store"


def test_signing_in_and_out(client: Client, ada: User) -> None:
    answer = sign_in(client)
    assert answer.json() == {"user": {"name": "ada"}, "mayWrite": True}
    cookie = answer.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
    assert client.get("/api/session").json()["user"] == {"name": "ada"}
    taken = client.cookies[COOKIE].value
    assert client.delete("/api/session").json()["user"] is None
    # Whoever has copied the cookie has nothing: the session is gone from the database.
    assert not Session.objects.exists()
    client.cookies[COOKIE] = taken
    assert client.get("/api/session").json()["user"] is None


@pytest.mark.parametrize("value", ["", "cut", "x" * 500, "é", '"', "eyJhbGciOiJIUzI1NiJ9.e30.x"])
def test_a_cookie_that_is_cut_or_somebody_elses_is_no_session(client: Client, value: str) -> None:
    client.cookies[COOKIE] = value
    answer = client.get("/api/session")
    assert (answer.status_code, answer.json()["user"]) == (200, None)
    assert draw(client).status_code == 201


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("bob", "open sesame")])
def test_it_is_not_said_what_is_wrong(client: Client, ada: User, name: str, password: str) -> None:
    answer = sign_in(client, name, password)
    assert answer.status_code == 422
    message = "The name or the password is wrong."
    assert answer.json()["errors"] == [{"path": "password", "message": message}]
    assert COOKIE not in answer.cookies


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
def test_what_is_no_name_or_password_is_named(
    client: Client, name: object, password: object, path: str
) -> None:
    answer = sign_in(client, name, password)
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert not Allowance.objects.exists()


def test_the_body_is_an_object(client: Client) -> None:
    assert client.post("/api/session", "[]", content_type="application/json").status_code == 400


def test_without_the_token_nobody_signs_in(ada: User) -> None:
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


@pytest.mark.parametrize("ask", [sign_in, partial(put, current="wrong", new="shut the gate")])
def test_too_many_wrong_passwords_have_to_wait(
    client: Client, ada: User, ask: Callable[[Client], Any]
) -> None:
    client.force_login(ada)
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
        assert sign_in(Client(), password="wrong").status_code == 422
    answer = ask(client)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert answer.json()["title"] == "Too many wrong passwords. Try again in 15 minutes."


class TestChangingThePassword:
    def test_ends_every_other_session(self, client: Client, ada: User) -> None:
        other = Client()
        sign_in(client)
        sign_in(other)
        assert put(client, current="open sesame", new="shut the gate").status_code == 204
        assert client.get("/api/session").json()["user"] == {"name": "ada"}
        assert other.get("/api/session").json()["user"] is None
        assert sign_in(other).status_code == 422
        assert sign_in(other, password="shut the gate").status_code == 200

    @pytest.mark.parametrize(
        ("current", "new", "path"),
        [
            ("wrong", "shut the gate", "current"),
            ("", "shut the gate", "current"),
            ("open sesame", "short", "new"),
            ("open sesame", "1234567890123", "new"),
            ("open sesame", "password123", "new"),
            ("open sesame", None, "new"),
        ],
    )
    def test_or_not(self, client: Client, ada: User, current: str, new: object, path: str) -> None:
        sign_in(client)
        answer = put(client, current=current, new=new)
        assert answer.status_code == 422
        assert {error["path"] for error in answer.json()["errors"]} == {path}
        ada.refresh_from_db()
        assert ada.check_password("open sesame")

    def test_is_for_who_is_signed_in(self, client: Client) -> None:
        assert put(client, current="x", new="y").status_code == 401


class TestInProduction:
    @pytest.fixture(autouse=True)
    def closed(self, settings: Settings) -> None:
        settings.OPEN_TO_EVERYONE = False

    def test_visitors_read_and_do_not_write(self, client: Client) -> None:
        assert client.get("/api/session").json()["mayWrite"] is False
        assert client.get("/api/diagrams").status_code == 200
        url = "/api/diagrams/00000000-0000-4000-8000-000000000000"
        answers = [
            draw(client),
            *(
                client.generic(method, url, "{}", content_type="application/json")
                for method in ("PUT", "PATCH", "DELETE")
            ),
        ]
        assert [answer.status_code for answer in answers] == [401] * 4
        assert answers[0].json()["title"] == "Sign in to change diagrams."

    def test_who_is_signed_in_does(self, client: Client, ada: User) -> None:
        sign_in(client)
        assert client.get("/api/session").json()["mayWrite"] is True
        made = draw(client)
        assert (made.status_code, made.json()["savedBy"]) == (201, "ada")


@pytest.mark.parametrize(
    ("environment", "open_to_everyone"),
    [("development", True), ("demo", True), ("production", False)],
)
def test_everybody_draws_except_in_production(
    monkeypatch: pytest.MonkeyPatch, environment: str, open_to_everyone: bool
) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    monkeypatch.setenv("DATABASE_URL", "sqlite:////tmp/none.sqlite3")
    names = runpy.run_path(str(declared.__file__))
    assert names["OPEN_TO_EVERYONE"] is open_to_everyone


def test_the_first_admin_signs_in_with_the_password_that_was_shown(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_admin", "grace")
    assert sign_in(client, "grace", capsys.readouterr().out.strip()).status_code == 200
