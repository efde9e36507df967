import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appkit.env import Environment, SettingError
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser, submit, token_in
from soft_ui.models import Component
from soft_ui.project import project
from tests.page import Page, assert_sound

type Statements = Callable[[], AbstractContextManager[list[str]]]

VALID = {
    "name": "Ada Example",
    "email": "ada@example.org",
    "topic": "idea",
    "message": "More waves,\nplease & <thanks>.",
}
PREFIXES = ["", "/flask-soft-ui"]


def send(browser: Browser, **changes: str) -> str:
    """Sends the form, and returns the path of the message."""
    response = submit(browser, "/contact/", VALID | changes)
    assert response.status_code == 303
    return response.headers["Location"]


def headers(prefix: str) -> dict[str, str]:
    return {"X-Forwarded-Prefix": prefix} if prefix else {}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/about/", "/author/", "/contact/", "{message}", "/nowhere", "/sign-in/"),
        *("/sign-up/", "/components/", "/components/?q=tabs", "/components/?q=none%20such"),
    ],
)
def test_pages_are_sound_and_their_addresses_have_the_prefix(
    browser: Browser, prefix: str, path: str
) -> None:
    path = path.format(message=send(browser))
    assert_sound(browser.get(path, headers=headers(prefix)), browser, prefix)


@pytest.mark.parametrize("path", ["/", "/about/", "/author/", "/components/", "/contact/"])
def test_pages_need_few_queries(browser: Browser, statements: Statements, path: str) -> None:
    with statements() as executed:
        assert browser.get(path).status_code == 200
    assert len(executed) <= 2


def test_the_landing_page_shows_the_catalogue(browser: Browser) -> None:
    page = browser.get("/").text
    assert 'id="component-count">18<' in page
    assert page.count('<article class="card component') == 18
    assert 'id="message-count">0<' in page


@pytest.mark.sqlite
def test_the_landing_page_counts_messages(browser: Browser) -> None:
    send(browser)
    page = browser.get("/").text
    assert 'id="message-count">1<' in page
    assert re.search(r"<time .*>\d+ \w+ 20\d\d, \d\d:\d\d UTC</time>", page)


def test_an_empty_catalogue(browser: Browser, session: Session) -> None:
    session.execute(delete(Component))
    session.commit()
    assert 'id="component-count">0<' in browser.get("/").text


@pytest.mark.sqlite
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_message_is_stored_and_shown(browser: Browser, prefix: str) -> None:
    location = send(browser)
    assert re.fullmatch(r"/contact/[A-Za-z0-9_-]{22}/", location)
    response = browser.get(location, headers=headers(prefix))
    assert "Thank you" in response.text
    assert "More waves,\nplease &amp; &lt;thanks&gt;." in response.text
    assert "Ada Example" in response.text
    assert "a…@example.org" in response.text
    assert "ada@example.org" not in response.text
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "Thank you" not in browser.get(location).text


def test_anyone_with_its_address_can_read_a_message(
    service: ServiceMiddleware, browser: Browser
) -> None:
    assert "More waves" in Browser(service).get(send(browser)).text


def test_an_invalid_form_is_shown_again(browser: Browser) -> None:
    response = submit(browser, "/contact/", VALID | {"email": "ada<at>example", "topic": "other"})
    assert response.status_code == 422
    page = Page(response.text)
    assert page.invalid_fields() == ["email", "topic"]
    assert set(page.values("aria-describedby")) <= set(page.values("id"))
    assert "2 of the fields" in response.text
    assert 'value="ada&lt;at&gt;example"' in response.text
    assert "More waves,\nplease &amp; &lt;thanks&gt;.</textarea>" in response.text
    assert 'id="message-count">0<' in browser.get("/").text


def test_one_invalid_field(browser: Browser) -> None:
    response = submit(browser, "/contact/", VALID | {"message": "short"})
    assert "1 of the fields" in response.text
    assert '<option value="idea" selected>' in response.text


def test_an_empty_form_is_shown_again(browser: Browser) -> None:
    assert "4 of the fields" in submit(browser, "/contact/", {}).text


def test_a_form_without_a_token_is_refused(browser: Browser) -> None:
    response = browser.post("/contact/", data=VALID)
    assert response.status_code == 403
    assert "Forbidden" in response.text
    assert "application-name" in response.text
    assert 'id="message-count">0<' in browser.get("/").text


def send_from(browser: Browser, address: str) -> TestResponse:
    token = token_in(browser.get("/contact/"))
    headers = {"X-Forwarded-For": address}
    return browser.post("/contact/", data=VALID | {"csrf_token": token}, headers=headers)


def test_messages_are_limited_and_the_form_keeps_its_values(browser: Browser) -> None:
    for _ in range(4):
        assert send_from(browser, "8.8.8.8").status_code == 303
    response = send_from(browser, "8.8.8.8")
    assert response.status_code == 429
    assert 3500 < int(response.headers["Retry-After"]) <= 3600
    assert "60 minutes" in response.text
    assert "More waves,\nplease &amp; &lt;thanks&gt;.</textarea>" in response.text
    assert 'id="message-count">4<' in browser.get("/").text
    assert send_from(browser, "9.9.9.9").status_code == 303


def test_messages_from_an_address_that_many_share_are_not_limited(browser: Browser) -> None:
    assert {send_from(browser, "10.0.0.2").status_code for _ in range(9)} == {303}


def test_an_invalid_message_does_not_count(browser: Browser) -> None:
    for _ in range(6):
        assert submit(browser, "/contact/", {}).status_code == 422
    send(browser)


@pytest.mark.parametrize("name", ["MESSAGES_PER_HOUR", "SIGN_UPS_PER_HOUR"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "10000000"])
def test_an_invalid_limit_stops_the_start(values: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"{name} must be a whole number"):
        project.read(Environment(values | {name: value}))


@pytest.mark.parametrize(
    "path", ["/contact/unknown/", "/contact/%00/", "/nowhere", "/components/none/"]
)
def test_an_unknown_path_is_404(browser: Browser, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 404
    assert "Not Found | Soft UI" in response.text


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_missing_trailing_slash_is_redirected(browser: Browser, prefix: str) -> None:
    response = browser.get("/contact", headers=headers(prefix))
    assert response.status_code == 308
    assert response.headers["Location"] == f"{prefix}/contact/"


def test_each_response_has_the_name_of_its_replica(
    service: ServiceMiddleware, browser: Browser
) -> None:
    response = browser.get("/")
    assert response.headers["X-Replica"] == service.settings.replica
    assert f'<code class="text-dark">{service.settings.replica}</code>' in response.text


def test_a_database_outage_gets_the_error_page(values: dict[str, str]) -> None:
    unreachable = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    site = project.wsgi(Environment(values | unreachable))
    response = Browser(site).get("/")
    assert response.status_code == 503
    assert "Service Unavailable" in response.text
    assert "application-name" in response.text
    for path in ("/contact/", "/about/", "/sign-in/", "/nowhere"):
        assert Browser(site).get(path).status_code in (200, 404)


def test_the_wsgi_module_has_the_application(
    values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    application = import_module("soft_ui.wsgi").application
    assert Browser(application).get("/healthz").status_code == 200


def test_the_health_checks(browser: Browser) -> None:
    assert browser.get("/readyz").status_code == 200
    assert browser.get("/healthz").json["app"] == "flask-soft-ui"  # type: ignore[index]
