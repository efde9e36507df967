"""Sessions when the database fails between a view and the end of its request."""

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
    """The response to a request that changes its session and calls `meanwhile` in its view."""

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
class TestChangedSession:
    def test_it_is_saved(self) -> None:
        session = new_session()
        assert answer(session, lambda: None).status_code == 200
        assert type(session)(session.session_key)["greeting"] == "good-bye"

    def test_a_lost_database_is_503(self) -> None:
        session = new_session()
        with connection.execute_wrapper(gone_after_reading):
            response = answer(session, lambda: None)
        assert response.status_code == 503
        assert "Retry-After" in response

    def test_a_session_that_another_request_ended_is_400(self) -> None:
        session = new_session()
        assert answer(session, session.delete).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["a\x00bcdefgh", "\x00" * 32, "A" * 32, "a" * 33, "a" * 31, "é" * 32]
)
def test_a_key_that_was_not_created_here_is_ignored(key: str) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    assert store.session_key is None
    assert store.load() == {}
