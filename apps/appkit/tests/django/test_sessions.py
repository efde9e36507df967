"""The project's own sessions, when the database goes between a view and the end of its request."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.exception import convert_exception_to_response
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory


def new_session() -> SessionStore:
    store: SessionStore = import_module(settings.SESSION_ENGINE).SessionStore()
    store["greeting"] = "hello"
    store.save()
    return store


def answer(session: SessionStore, meanwhile: Callable[[], object]) -> HttpResponse:
    """To a request that changes its session; `meanwhile` happens in its view."""

    def view(request: HttpRequest) -> HttpResponse:
        request.session["greeting"] = "good-bye"
        meanwhile()
        return HttpResponse("done")

    request = RequestFactory().get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    response = convert_exception_to_response(SessionMiddleware(view))(request)
    assert isinstance(response, HttpResponse)
    return response


def gone_after_reading(execute: Callable[..., object], sql: str, *query: object) -> object:
    if sql.startswith("SELECT"):
        return execute(sql, *query)
    raise OperationalError("terminating connection due to administrator command")


@pytest.mark.django_db
class TestChanged:
    def test_it_is_saved(self) -> None:
        session = new_session()
        assert answer(session, lambda: None).status_code == 200
        assert type(session)(session.session_key)["greeting"] == "good-bye"

    def test_without_a_database_it_is_503(self) -> None:
        session = new_session()
        with connection.execute_wrapper(gone_after_reading):
            response = answer(session, lambda: None)
        assert response.status_code == 503
        assert "Retry-After" in response

    def test_ended_by_somebody_else_it_is_400(self) -> None:
        session = new_session()
        assert answer(session, session.delete).status_code == 400
