"""Signing in over https, through a proxy, and over http at the port of the same host."""

from collections.abc import Callable

import pytest
from werkzeug.test import Client

from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import TOKEN
from devkit.testing.visitor import Scheme, Visitor

from .logins import Model, build, database


@pytest.fixture
def visitor(new_browser: Callable[..., Client]) -> Visitor:
    browser = new_browser(migrate=False, build=build)
    Model.metadata.create_all(database(browser).engine)
    assert isinstance(browser.application, ServiceMiddleware)
    return Visitor(browser.application)


def send(visitor: Visitor, scheme: Scheme, path: str) -> int:
    found = TOKEN.search(visitor.get(scheme, "/form").body.decode())
    assert found is not None
    return visitor.post(scheme, path, {"csrf_token": found.group(1)}).status


def who(visitor: Visitor, scheme: Scheme) -> str:
    return visitor.get(scheme, "/who").body.decode()


@pytest.mark.parametrize("order", [("https", "http"), ("http", "https")])
def test_a_browser_signs_in_and_out_at_each_scheme(
    visitor: Visitor, order: tuple[Scheme, Scheme]
) -> None:
    first, second = order
    assert send(visitor, first, "/in/ada") == 200
    assert who(visitor, second) == "nobody"
    assert send(visitor, second, "/in/grace") == 200
    assert (who(visitor, first), who(visitor, second)) == ("ada", "grace")
    assert send(visitor, first, "/out") == 200
    assert (who(visitor, first), who(visitor, second)) == ("nobody", "grace")


def test_the_cookies_of_https_are_secure_and_those_of_http_are_not(visitor: Visitor) -> None:
    for scheme in ("https", "http"):
        send(visitor, scheme, "/in/ada")
    assert visitor.jar.names() == {"__Host-sample-session", "sample-session"}
    assert visitor.jar.header("http").startswith("sample-session=")
