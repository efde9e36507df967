"""Helpers for the tests of a Django application."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.contrib.auth.models import User
from django.core.handlers.wsgi import get_script_name
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler
from django.urls import set_script_prefix

from appkit.django.database import DjangoDatabase
from appkit.django.settings import current
from appkit.wsgi import ServiceMiddleware
from devkit.testing import hostile
from devkit.testing.cookies import CookieBrowser


def keep_templates() -> None:
    """Compiles each template once, as in production; in development each request does it again."""
    request_started.disconnect(dispatch_uid="appkit.templates")


@contextmanager
def kept_connections() -> Iterator[None]:
    """Lets a request to the WSGI application use the connection, and so the data, of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def send(
    application: WSGIApplication | ServiceMiddleware, request: hostile.Request, **environ: Any
) -> hostile.Answer:
    """The answer to `request`, with the data of the test. `environ` adds to the environment."""
    with kept_connections():
        return hostile.send(application, request, **environ)


def new_cookie_browser() -> CookieBrowser:
    """A browser whose requests this project answers with the data of the test."""
    service = ServiceMiddleware(
        get_wsgi_application(),
        settings=replace(current(), trusted_proxy="localhost"),
        database=DjangoDatabase(),
    )
    return CookieBrowser(service, send)


def session_of(user: User) -> dict[str, str]:
    """The header with the cookie of a new session."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"Cookie": f"{name}={client.cookies[name].value}"}


class _Handler(ClientHandler):
    """Applies SCRIPT_NAME of the request, which Django's own test handler ignores."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        set_script_prefix(get_script_name(request.META))
        try:
            return super().get_response(request)
        finally:
            set_script_prefix("/")


class PrefixClient(Client):
    """Requests paths below `prefix`: `PrefixClient("/shop").get("/cart/")`."""

    def __init__(self, prefix: str, **options: Any) -> None:
        super().__init__(SCRIPT_NAME=prefix, **options)
        self.handler = _Handler(enforce_csrf_checks=self.handler.enforce_csrf_checks)
