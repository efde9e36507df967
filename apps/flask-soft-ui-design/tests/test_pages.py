import re
from html.parser import HTMLParser
from importlib import import_module

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from appkit.env import Environment
from appkit.flask.testing import Browser, submit
from appkit.wsgi import ShopFloor
from soft_ui.models import Component
from soft_ui.project import project

FINE = {
    "name": "Ada Example",
    "email": "ada@example.org",
    "topic": "idea",
    "message": "More waves,\nplease & <thanks>.",
}
PREFIXES = ["", "/flask-soft-ui"]
VOID = {"br", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """What a page is made of, and whether its tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, *names: str) -> list[str]:
        return [
            value
            for _, attributes in self.elements
            for name, value in attributes.items()
            if name in names and value is not None
        ]


def send(browser: Browser, **changes: str) -> str:
    """Sends the form, and gives the address of the message."""
    answer = submit(browser, "/contact/", FINE | changes)
    assert answer.status_code == 303
    return answer.headers["Location"]


def headers(prefix: str) -> dict[str, str]:
    return {"X-Forwarded-Prefix": prefix} if prefix else {}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", ["/", "/contact/", "{message}", "/nowhere"])
def test_pages_are_sound_and_stay_below_the_prefix(
    browser: Browser, prefix: str, path: str
) -> None:
    path = path.format(message=send(browser))
    answer = browser.get(path, headers=headers(prefix))
    page = Page(answer.text)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert page.values("lang") == ["en"]
    assert ("meta", {"name": "application-name", "content": "flask-soft-ui"}) in page.elements
    assert re.search(r"<title>.+ \| Soft UI</title>", answer.text)
    assert "style" not in {name for _, attributes in page.elements for name in attributes}
    assert all("src" in found for tag, found in page.elements if tag == "script")
    for address in page.values("href", "src", "action"):
        assert address.startswith((f"{prefix}/", "#")), address
        if "/static/" in address:
            with browser.get(address.removeprefix(prefix)) as file:
                assert file.status_code == 200
        elif not address.startswith("#"):
            assert browser.get(address.removeprefix(prefix)).status_code == 200
    for address in page.values("href"):
        if address.startswith("#") and address != "#wave":
            assert address.removeprefix("#") in ids
    labels = page.values("for")
    for tag, found in page.elements:
        if tag in ("input", "select", "textarea") and found.get("type") != "hidden":
            assert found.get("id") in labels or found.get("aria-label")


def test_the_first_page_shows_the_catalogue(browser: Browser) -> None:
    page = browser.get("/").text
    assert 'id="component-count">12<' in page
    assert page.count('<article class="card component') == 12
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


def test_a_message_is_shown_to_whoever_has_its_address(floor: ShopFloor, browser: Browser) -> None:
    assert "More waves" in Browser(floor).get(send(browser)).text


def test_a_form_with_mistakes_is_shown_again(browser: Browser) -> None:
    answer = submit(browser, "/contact/", FINE | {"email": "ada<at>example", "topic": "other"})
    assert answer.status_code == 422
    page = Page(answer.text)
    marked = [found["name"] for _, found in page.elements if found.get("aria-invalid") == "true"]
    assert marked == ["email", "topic"]
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


@pytest.mark.parametrize("path", ["/contact/unknown/", "/contact/%00/", "/nowhere"])
def test_what_is_not_there(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "Not Found | Soft UI" in answer.text


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_missing_slash_is_mended(browser: Browser, prefix: str) -> None:
    answer = browser.get("/contact", headers=headers(prefix))
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{prefix}/contact/"


def test_each_response_names_its_replica(floor: ShopFloor, browser: Browser) -> None:
    answer = browser.get("/")
    assert answer.headers["X-Replica"] == floor.settings.replica
    assert f'<code class="text-dark">{floor.settings.replica}</code>' in answer.text


def test_without_its_database_the_site_says_so_in_the_design(values: dict[str, str]) -> None:
    nobody = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    away = project.wsgi(Environment(values | nobody))
    answer = Browser(away).get("/")
    assert answer.status_code == 503
    assert "Our database does not answer just now." in answer.text
    assert "application-name" in answer.text
    assert Browser(away).get("/contact/").status_code == 200


def test_what_gunicorn_serves(values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    application = import_module("soft_ui.wsgi").application
    assert Browser(application).get("/healthz").status_code == 200


def test_it_is_ready(browser: Browser) -> None:
    assert browser.get("/readyz").status_code == 200
    assert browser.get("/healthz").json["app"] == "flask-soft-ui"  # type: ignore[index]
