"""Error responses, in particular 503 while the database is down."""

import json

import pytest
from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from appkit.django import middleware
from appkit.django.database import breaker
from appkit.django.middleware import (
    DatabaseDownMiddleware,
    PrivatePageMiddleware,
    RouteMiddleware,
    not_found,
    server_error,
)
from appkit.wsgi import ROUTE


@pytest.fixture(autouse=True)
def trips(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The calls of `breaker.trip`, which does not open the breaker here."""
    seen: list[bool] = []
    monkeypatch.setattr(breaker, "trip", lambda: seen.append(True))
    monkeypatch.setattr(middleware, "connection_is_lost", lambda: True)
    return seen


def request(accept: str = "text/html", path: str = "/") -> HttpRequest:
    return RequestFactory().get(path, headers={"Accept": accept})


def failing(error: Exception) -> HttpResponse | None:
    return DatabaseDownMiddleware(lambda _: HttpResponse()).process_exception(request(), error)


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_lost_database_is_503(error: Exception, trips: list[bool]) -> None:
    response = failing(error)
    assert response is not None
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "no-store"
    assert b"gone" not in response.content
    assert trips == [True]


def test_a_failed_query_does_not_open_the_breaker(
    monkeypatch: pytest.MonkeyPatch, trips: list[bool]
) -> None:
    monkeypatch.setattr(middleware, "connection_is_lost", lambda: False)
    response = failing(OperationalError("deadlock"))
    assert response is not None
    assert response.status_code == 503
    assert trips == []


@pytest.mark.parametrize("error", [IntegrityError(), ValueError()])
def test_other_errors_are_not_handled(error: Exception) -> None:
    assert failing(error) is None


@pytest.mark.parametrize(
    ("accept", "path", "kind"),
    [
        ("text/html,*/*;q=0.1", "/", "text/html; charset=utf-8"),
        ("*/*", "/", "text/html; charset=utf-8"),
        ("*/*", "/api/", "text/html; charset=utf-8"),
        ("*/*", "/apis/", "text/html; charset=utf-8"),
        ("application/json", "/", "application/json"),
        ("*/*", "/api/things/", "application/json"),
        ("text/html", "/api/things/", "application/json"),
    ],
)
def test_the_format_follows_the_request(accept: str, path: str, kind: str) -> None:
    response = middleware.unavailable(request(accept, path))
    assert response["Content-Type"] == kind
    if kind == "application/json":
        assert json.loads(response.content) == {"detail": "The database does not answer."}


@pytest.mark.parametrize(("is_open", "status"), [(True, 503), (False, 200)])
def test_an_open_breaker_answers_503_at_once(
    monkeypatch: pytest.MonkeyPatch, is_open: bool, status: int
) -> None:
    monkeypatch.setattr(type(breaker), "open", is_open)
    handler = DatabaseDownMiddleware(lambda _: HttpResponse())
    assert handler(request()).status_code == status


class TestErrorPage:
    def test_a_database_lost_in_other_middleware_is_503(self) -> None:
        try:
            raise OperationalError("gone")
        except OperationalError:
            assert server_error(request()).status_code == 503

    def test_other_errors_are_500(self) -> None:
        try:
            raise ValueError("broken")
        except ValueError:
            response, below = server_error(request()), server_error(request("*/*", "/api/x"))
        assert (response.status_code, below.status_code) == (500, 500)
        assert b"broken" not in response.content
        assert set(json.loads(below.content)) == {"detail"}

    def test_404_follows_the_format_of_the_path(self) -> None:
        assert b"<" in not_found(request(), Http404()).content
        below = not_found(request("*/*", "/api/x"), Http404())
        assert (below.status_code, json.loads(below.content)) == (404, {"detail": "Not found."})


@pytest.mark.parametrize(
    ("has_session", "own", "sent"),
    [
        (False, None, None),
        (True, None, "private, no-store"),
        (True, "max-age=60", "max-age=60"),
    ],
)
def test_the_page_of_a_session_is_stored_by_no_cache(
    has_session: bool, own: str | None, sent: str | None
) -> None:
    requested = request()
    if has_session:
        requested.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    headers = {"Cache-Control": own} if own else {}
    response = PrivatePageMiddleware(lambda _: HttpResponse(headers=headers))(requested)
    assert response.headers.get("Cache-Control") == sent


class TestRoute:
    def test_the_route_is_reported(self) -> None:
        requested = request()
        requested.resolver_match = ResolverMatch(failing, (), {}, route="products/<slug:slug>/")
        route = RouteMiddleware(lambda _: HttpResponse())
        route.process_view(requested, failing, (), {})
        assert requested.META[ROUTE] == "/products/<slug:slug>/"
        assert route(requested).status_code == 200

    def test_a_request_without_a_route_reports_none(self) -> None:
        requested = request()
        RouteMiddleware(lambda _: HttpResponse()).process_view(requested)
        assert ROUTE not in requested.META
