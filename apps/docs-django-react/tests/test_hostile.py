"""Requests that no browser sends: none gets a 5xx, and every error is the application's own."""

import json
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given, settings

from appkit.wsgi import REFUSED
from devkit.testing.django import send, session_of
from devkit.testing.hostile import (
    SESSION_VALUES,
    UNUSABLE_CHARSETS,
    Answer,
    Request,
    nested,
    requests,
)
from workbench.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SESSION = "docs-django-react-session"
CSRF = "docs-django-react-csrf"
DIAGRAM = "diagrams/00000000-0000-4000-8000-000000000000"
PATHS = (
    *("/", "/sign-in", "/account", "/diagrams", "/diagrams/", f"/{DIAGRAM}", "/nothing"),
    *("/api/csrf", "/api/session", "/api/password", "/api/dashboard", "/api/diagrams"),
    *(f"/api/{DIAGRAM}", "/api/openapi.json", "/api/", "/static/x.js"),
)
FIELDS = ("range", "page", "q", "name", "password")


def assert_own_response(answer: Answer, path: str) -> None:
    assert answer.status < 500, answer
    if answer.status < 400 or not answer.body:
        return
    if path.startswith("/api/") or answer.kind == "application/json":
        assert set(json.loads(answer.body)) == {"code", "title", "errors"}
    else:
        assert b'<link rel="stylesheet"' in answer.body or answer.status == 404, answer


@pytest.fixture
def signed_in(ada: User) -> dict[str, str]:
    return session_of(ada)


requested = requests(PATHS, FIELDS, (SESSION, CSRF, "docs-django-grafana-session"))


@settings(max_examples=300)
@given(requested)
def test_any_request_of_a_visitor(db: None, request: Request) -> None:
    assert_own_response(send(application, request), request.path)


@settings(max_examples=300)
@given(requested)
def test_any_request_of_a_user(signed_in: dict[str, str], request: Request) -> None:
    changed = Request(**{**vars(request), "headers": {**request.headers, **signed_in}})
    assert_own_response(send(application, changed), request.path)


@pytest.mark.parametrize("path", ["/", "/api/dashboard", "/api/session"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("parameter", UNUSABLE_CHARSETS)
def test_an_unusable_charset_is_415(db: None, path: str, method: str, parameter: str) -> None:
    headers = {"Content-Type": f"text/plain; {parameter}"}
    answer = send(application, Request(method, path, "range=x", headers))
    assert answer.status == 415
    assert_own_response(answer, path)


@pytest.mark.parametrize("path", ["/", "/api/session", "/api/dashboard"])
@pytest.mark.parametrize("value", SESSION_VALUES)
def test_any_session_cookie_is_anonymous(db: None, path: str, value: str) -> None:
    answer = send(application, Request(path=path, headers={"Cookie": f"{SESSION}={value}"}))
    assert answer.status == 200


@pytest.mark.parametrize("depth", [100, 1000, 5000, 20_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"name":', '{"nodes":['])
@pytest.mark.parametrize("closed", [False, True])
def test_nested_json_is_a_client_error(opening: str, depth: int, closed: bool) -> None:
    body = nested(opening, depth, closed=closed)
    response = Client().post("/api/diagrams", body, content_type="application/json")
    assert response.status_code in (400, 413, 422)
    assert set(response.json()) == {"code", "title", "errors"}


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_that_is_too_large_is_413(kind: str) -> None:
    client = Client(enforce_csrf_checks=kind != "application/json")
    client.cookies[CSRF] = "a" * 32
    response = client.post("/api/session", b"x" * 600_000, content_type=kind)
    assert response.status_code == 413
    assert response.json()["code"] == "data_too_large"


@pytest.mark.parametrize("status", [400, 413, 414, 415, 431])
@pytest.mark.parametrize("path", ["/", "/api/dashboard", "/nothing"])
def test_a_request_that_the_server_refused(db: None, path: str, status: int) -> None:
    answer = send(application, Request("POST", path), **{REFUSED: HTTPStatus(status)})
    assert answer.status == status
    assert answer.body
    assert_own_response(answer, path)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request(headers={"Host": "a b"}), 400),
        (Request(path="/api/dashboard", headers={"Host": "a b"}), 400),
        (Request(path="/api/diagrams", query="a=1&" * 1500), 400),
        (Request(path="/api/diagrams", headers={"Accept": "text/html; q*=zlib''x"}), 400),
        (Request("OPTIONS"), 405),
        (Request("OPTIONS", "/api/diagrams"), 405),
    ],
)
def test_an_error_is_a_response_of_the_application(
    db: None, request_: Request, status: int
) -> None:
    answer = send(application, request_)
    assert answer.status == status
    assert answer.body
    assert_own_response(answer, request_.path)
