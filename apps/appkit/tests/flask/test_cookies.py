"""Signing in over https, through a proxy, and over http at the port of the same host."""

from collections.abc import Callable
from functools import partial

import pytest
from werkzeug.test import Client

from appkit.wsgi import ServiceMiddleware
from devkit.testing.cookies import CookieBrowser, Scheme, check_sessions_are_apart
from devkit.testing.flask import TOKEN

from .logins import Model, build, database


@pytest.fixture
def browser(new_browser: Callable[..., Client]) -> CookieBrowser:
    client = new_browser(migrate=False, build=build)
    Model.metadata.create_all(database(client).engine)
    assert isinstance(client.application, ServiceMiddleware)
    return CookieBrowser(client.application)


def send(browser: CookieBrowser, scheme: Scheme, path: str) -> int:
    found = TOKEN.search(browser.get(scheme, "/form").body.decode())
    assert found is not None
    return browser.post(scheme, path, {"csrf_token": found.group(1)}).status


def who(browser: CookieBrowser, scheme: Scheme) -> str:
    return browser.get(scheme, "/who").body.decode()


@pytest.mark.parametrize("order", [("https", "http"), ("http", "https")])
def test_a_browser_signs_in_and_out_at_each_scheme(
    browser: CookieBrowser, order: tuple[Scheme, Scheme]
) -> None:
    check_sessions_are_apart(order, partial(send, browser), partial(who, browser))


def test_the_cookies_of_https_are_secure_and_those_of_http_are_not(browser: CookieBrowser) -> None:
    for scheme in ("https", "http"):
        send(browser, scheme, "/in/ada")
    assert browser.jar.names() == {"__Host-sample-session", "sample-session"}
    assert browser.jar.header("http").startswith("sample-session=")
