"""Signing in over https, through a proxy, and over http at the port of the same host."""

from functools import partial

import pytest
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path

from appkit.django.settings import current
from devkit.testing.cookies import CookieBrowser, Scheme, check_sessions_are_apart
from devkit.testing.django import new_cookie_browser

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username() or "nobody")


def sign_in(request: HttpRequest, name: str) -> HttpResponse:
    login(request, User.objects.create_user(name))
    return HttpResponse()


def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse()


urlpatterns = [
    path("form", form),
    path("who", who),
    path("in/<name>", sign_in),
    path("out", sign_out),
]


@pytest.fixture
def browser() -> CookieBrowser:
    return new_cookie_browser()


def post(browser: CookieBrowser, scheme: Scheme, path: str) -> int:
    token = browser.get(scheme, "/form").body.decode()
    return browser.post(scheme, path, {"csrfmiddlewaretoken": token}).status


def user(browser: CookieBrowser, scheme: Scheme) -> str:
    return browser.get(scheme, "/who").body.decode()


@pytest.mark.parametrize("order", [("https", "http"), ("http", "https")])
def test_a_browser_signs_in_and_out_at_each_scheme(
    browser: CookieBrowser, order: tuple[Scheme, Scheme]
) -> None:
    check_sessions_are_apart(order, partial(post, browser), partial(user, browser))


def test_the_cookies_of_https_are_secure_and_those_of_http_are_not(browser: CookieBrowser) -> None:
    post(browser, "https", "/in/ada")
    post(browser, "http", "/in/grace")
    plain = {current().session_cookie, current().csrf_cookie}
    assert browser.jar.names() == plain | {f"__Host-{name}" for name in plain}
    assert {pair.partition("=")[0] for pair in browser.jar.header("http").split("; ")} == plain
