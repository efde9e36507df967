"""Requests that no browser sends: none gets a 5xx, and every error is the ledger's own response."""

import json
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given, settings

from accounts.tokens import issue
from appkit.wsgi import REFUSED
from config.wsgi import application
from devkit.testing.django import send, session_of
from devkit.testing.hostile import (
    SESSION_VALUES,
    UNUSABLE_CHARSETS,
    Answer,
    Request,
    nested,
    requests,
)
from ledger.filters import Filters
from ledger.forms import BookingForm
from ledger.models import Transaction

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SESSION = "docs-django-grafana-session"
CSRF = "docs-django-grafana-csrf"
PATHS = (
    *("/", "/book/", "/sign-in/", "/sign-out/", "/account/", "/account/password/", "/sql/"),
    *("/account/tokens/1/revoke/", "/account/sessions/end-others/", "/api/", "/api/openapi.json"),
    *("/api/transactions/", "/api/transactions/1/", f"/api/transactions/{'9' * 30}/"),
    *(f"/api/transactions/{'9' * 5000}/", "/api/sql-logs/", "/api/nothing/", "/nothing"),
)
FIELDS = (
    *Filters.base_fields,
    *BookingForm.base_fields,
    *("page", "page_size", "order", "limit", "next", "username", "password", "name"),
)


def assert_own_response(answer: Answer) -> None:
    """Asserts that an error is a page of the ledger or JSON of its API."""
    assert answer.status < 500, answer
    if answer.status < 400 or not answer.body:
        return
    if answer.kind == "application/json":
        assert isinstance(json.loads(answer.body), dict)
    else:
        assert b'name="application-name" content="docs-django-grafana"' in answer.body, answer


@pytest.fixture
def signed_in(ada: User) -> dict[str, str]:
    return session_of(ada)


@pytest.fixture
def bearer(ada: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue(ada, 'till')}"}


requested = requests(PATHS, FIELDS, (SESSION, CSRF, "docs-django-react-session"))


@settings(max_examples=300)
@given(requested)
def test_any_request_of_a_visitor(db: None, request: Request) -> None:
    assert_own_response(send(application, request))


@settings(max_examples=300)
@given(requested)
def test_any_request_of_a_user(signed_in: dict[str, str], request: Request) -> None:
    headers = {**request.headers, **signed_in}
    assert_own_response(send(application, Request(**{**vars(request), "headers": headers})))


@settings(max_examples=200)
@given(requested)
def test_any_request_with_a_token(bearer: dict[str, str], request: Request) -> None:
    headers = {**request.headers, **bearer}
    path = "/api/transactions/"
    changed = {**vars(request), "headers": headers, "path": path}
    assert_own_response(send(application, Request(**changed)))


@pytest.mark.parametrize("path", ["/", "/api/transactions/"])
@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize(
    ("time", "status"),
    [
        ("2026-01-01T00:00:00-23:59", 200),
        ("2026-01-01T00:00:00%2B23:59", 200),
        ("2026-01-01T00:00:00-16:00", 200),
        ("1970-01-01T00:00:00%2B23:59", 400),
        ("2100-12-31T23:59:00-23:59", 400),
        ("0001-01-01T00:00:00%2B23:59", 400),
        ("9999-12-31T23:59:59-23:59", 400),
        ("2026-01-01T00:00:00%2B24:00", 400),
    ],
)
def test_any_offset_of_a_filter(db: None, path: str, name: str, time: str, status: int) -> None:
    answer = send(application, Request(path=path, query=f"{name}={time}"))
    assert answer.status == status
    assert_own_response(answer)


@pytest.mark.parametrize(
    ("time", "status"),
    [
        ("2026-01-01T00:00:00-23:59", 302),
        ("2026-01-01T00:00:00+23:59", 302),
        ("0001-01-01T00:00:00+23:59", 400),
        ("9999-12-31T23:59:59-23:59", 400),
    ],
)
def test_any_offset_of_a_booking(ada: User, time: str, status: int) -> None:
    client = Client()
    client.force_login(ada)
    response = client.post("/book/", {"type": "sale", "amount": "1", "time": time})
    assert response.status_code == status
    assert Transaction.objects.count() == (status == 302)


@pytest.mark.parametrize("path", ["/", "/api/transactions/", "/sign-in/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("parameter", UNUSABLE_CHARSETS)
def test_an_unusable_charset_is_415(db: None, path: str, method: str, parameter: str) -> None:
    headers = {"Content-Type": f"text/plain; {parameter}"}
    answer = send(application, Request(method, path, "user=x", headers))
    assert answer.status == 415
    assert answer.kind == ("application/json" if path.startswith("/api/") else "text/html")
    assert_own_response(answer)


@pytest.mark.parametrize("path", ["/", "/account/"])
@pytest.mark.parametrize("value", SESSION_VALUES)
def test_any_session_cookie_is_anonymous(db: None, path: str, value: str) -> None:
    answer = send(application, Request(path=path, headers={"Cookie": f"{SESSION}={value}"}))
    assert answer.status in (200, 302)


@pytest.mark.parametrize("depth", [100, 1000, 5000, 20_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"type":', '{"note":['])
@pytest.mark.parametrize("closed", [False, True])
def test_nested_json_is_400(bearer: dict[str, str], opening: str, depth: int, closed: bool) -> None:
    body = nested(opening, depth, closed=closed)
    headers = {**bearer, "Content-Type": "application/json"}
    answer = send(application, Request("POST", "/api/transactions/", "", headers, body))
    assert (answer.status, answer.kind) == (400, "application/json")


@pytest.mark.parametrize("path", ["/sign-in/", "/api/transactions/"])
def test_a_body_that_is_too_large_is_413(bearer: dict[str, str], path: str) -> None:
    kind = "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
    headers = {**bearer, "Content-Type": kind, "Cookie": f"{CSRF}={'a' * 32}"}
    body = b'"' + b"x" * 3_000_000 + b'"'
    answer = send(application, Request("POST", path, "", headers, body))
    assert answer.status == 413
    assert_own_response(answer)


def test_a_form_with_unreadable_headers_is_refused(db: None) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=X", "Cookie": f"{CSRF}={'a' * 32}"}
    part = b"--X\r\nContent-Disposition: form-data; name*=utf-8''a; name*0=b\r\n\r\na\r\n--X--\r\n"
    answer = send(application, Request("POST", "/sign-in/", "", headers, part))
    # A Python whose email package reads such a name finds a form without a token: 403.
    assert answer.status in (400, 403)
    assert_own_response(answer)


@pytest.mark.parametrize("status", [400, 413, 414, 415, 431])
@pytest.mark.parametrize("path", ["/", "/api/transactions/", "/nothing"])
def test_a_request_that_the_server_refused(db: None, path: str, status: int) -> None:
    refused = {REFUSED: HTTPStatus(status)}
    answer = send(application, Request("POST", path), **refused)
    assert answer.status == status
    assert answer.kind == ("application/json" if path.startswith("/api/") else "text/html")
    assert_own_response(answer)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request(headers={"Host": "a b"}), 400),
        (Request(query="a=1&" * 1500), 400),
        (Request(path="/api/transactions/", query="a=1&" * 1500), 400),
        (Request(headers={"Accept": "text/html; q*=zlib''x"}), 400),
        (Request("OPTIONS"), 405),
        (Request("OPTIONS", "/book/"), 405),
        (Request("OPTIONS", "/api/"), 405),
    ],
)
def test_an_error_is_a_page_of_the_ledger(db: None, request_: Request, status: int) -> None:
    answer = send(application, request_)
    assert answer.status == status
    assert answer.body
    assert_own_response(answer)
