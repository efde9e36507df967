import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from appkit.env import Environment, SettingError
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser, submit, token_in
from soft_ui.models import Component
from soft_ui.project import project
from tests.page import Page, check

type Statements = Callable[[], AbstractContextManager[list[str]]]

FINE = {
    "name": "Ada Example",
    "email": "ada@example.org",
    "topic": "idea",
    "message": "More waves,\nplease & <thanks>.",
}
PREFIXES = ["", "/flask-soft-ui"]


def send(browser: Browser, **changes: str) -> str:
    """Sends the form, and gives the address of the message."""
    answer = submit(browser, "/contact/", FINE | changes)
    assert answer.status_code == 303
    return answer.headers["Location"]


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
def test_pages_are_sound_and_stay_below_the_prefix(
    browser: Browser, prefix: str, path: str
) -> None:
    path = path.format(message=send(browser))
    check(browser.get(path, headers=headers(prefix)), browser, prefix)


@pytest.mark.parametrize("path", ["/", "/about/", "/author/", "/components/", "/contact/"])
def test_pages_ask_little_of_the_database(
    browser: Browser, statements: Statements, path: str
) -> None:
    with statements() as seen:
        assert browser.get(path).status_code == 200
    assert len(seen) <= 2


def test_the_first_page_shows_the_catalogue(browser: Browser) -> None:
    page = browser.get("/").text
    assert 'id="component-count">18<' in page
    assert page.count('<article class="card component') == 18
    assert "Yours would be the first." in page
    assert 'id="message-count">0<' in page


def test_the_first_page_counts_messages(browser: Browser) -> None:
    send(browser)
    page = browser.get("/").text
    assert 'id="message-count">1<' in page
    assert re.search(r"The latest on <time .*>\d+ \w+ 20\d\d, \d\d:\d\d UTC</time>", page)


def test_an_empty_catalogue(browser: Browser, session: Session) -> None:
    session.execute(delete(Component))
    session.commit()
    assert "There is no component in the catalogue yet." in browser.get("/").text


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_message_is_stored_and_shown(browser: Browser, prefix: str) -> None:
    location = send(browser)
    assert re.fullmatch(r"/contact/[A-Za-z0-9_-]{22}/", location)
    answer = browser.get(location, headers=headers(prefix))
    assert "Thank you. Your message has arrived." in answer.text
    assert "More waves,\nplease &amp; &lt;thanks&gt;." in answer.text
    assert "Ada Example" in answer.text
    assert "a…@example.org" in answer.text
    assert "ada@example.org" not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Thank you" not in browser.get(location).text


def test_a_message_is_shown_to_whoever_has_its_address(
    service: ServiceMiddleware, browser: Browser
) -> None:
    assert "More waves" in Browser(service).get(send(browser)).text


def test_a_form_with_mistakes_is_shown_again(browser: Browser) -> None:
    answer = submit(browser, "/contact/", FINE | {"email": "ada<at>example", "topic": "other"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.wrong() == ["email", "topic"]
    assert set(page.values("aria-describedby")) <= set(page.values("id"))
    assert "2 of the fields below need" in answer.text
    assert 'value="ada&lt;at&gt;example"' in answer.text
    assert "More waves,\nplease &amp; &lt;thanks&gt;.</textarea>" in answer.text
    assert 'id="message-count">0<' in browser.get("/").text


def test_one_mistake_is_one(browser: Browser) -> None:
    answer = submit(browser, "/contact/", FINE | {"message": "short"})
    assert "1 of the fields below needs" in answer.text
    assert '<option value="idea" selected>' in answer.text


def test_an_empty_form_is_shown_again(browser: Browser) -> None:
    assert "4 of the fields below need" in submit(browser, "/contact/", {}).text


def test_a_forged_form_is_refused_in_the_design(browser: Browser) -> None:
    answer = browser.post("/contact/", data=FINE)
    assert answer.status_code == 403
    assert "This form has expired." in answer.text
    assert "application-name" in answer.text
    assert 'id="message-count">0<' in browser.get("/").text


def test_who_writes_too_often_waits_and_loses_nothing(browser: Browser) -> None:
    for _ in range(4):
        send(browser)
    answer = submit(browser, "/contact/", FINE)
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert "Try again in 60 minutes." in answer.text
    assert "More waves,\nplease &amp; &lt;thanks&gt;.</textarea>" in answer.text
    assert 'id="message-count">4<' in browser.get("/").text
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    token = token_in(browser.get("/contact/"))
    sent = browser.post("/contact/", data=FINE | {"csrf_token": token}, headers=elsewhere)
    assert sent.status_code == 303


def test_a_refused_draft_costs_nothing(browser: Browser) -> None:
    for _ in range(6):
        assert submit(browser, "/contact/", {}).status_code == 422
    send(browser)


@pytest.mark.parametrize("name", ["MESSAGES_PER_HOUR", "SIGN_UPS_PER_HOUR"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "10000000"])
def test_a_limit_that_is_none_stops_the_start(
    values: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(SettingError, match=f"{name} must be a whole number"):
        project.read(Environment(values | {name: value}))


@pytest.mark.parametrize(
    "path", ["/contact/unknown/", "/contact/%00/", "/nowhere", "/components/none/"]
)
def test_what_is_not_there(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "Not Found | Soft UI" in answer.text


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_missing_slash_is_mended(browser: Browser, prefix: str) -> None:
    answer = browser.get("/contact", headers=headers(prefix))
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{prefix}/contact/"


def test_each_response_names_its_replica(service: ServiceMiddleware, browser: Browser) -> None:
    answer = browser.get("/")
    assert answer.headers["X-Replica"] == service.settings.replica
    assert f'<code class="text-dark">{service.settings.replica}</code>' in answer.text


def test_without_its_database_the_site_says_so_in_the_design(values: dict[str, str]) -> None:
    nobody = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    away = project.wsgi(Environment(values | nobody))
    answer = Browser(away).get("/")
    assert answer.status_code == 503
    assert "Our database does not answer just now." in answer.text
    assert "application-name" in answer.text
    for path in ("/contact/", "/about/", "/sign-in/", "/nowhere"):
        assert Browser(away).get(path).status_code in (200, 404)


def test_what_gunicorn_serves(values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    application = import_module("soft_ui.wsgi").application
    assert Browser(application).get("/healthz").status_code == 200


def test_it_is_ready(browser: Browser) -> None:
    assert browser.get("/readyz").status_code == 200
    assert browser.get("/healthz").json["app"] == "flask-soft-ui"  # type: ignore[index]
