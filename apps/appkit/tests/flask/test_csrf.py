import time
from collections.abc import Callable

import pytest
from itsdangerous import TimestampSigner
from werkzeug.test import Client

from devkit.testing.flask import submit, token_in

type OpenBrowser = Callable[..., Client]


def test_a_form_with_its_token_is_taken(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    assert submit(browser, "/", {}).text == "saved"
    assert browser.get("/count").text == "1"


def test_a_script_sends_the_token_in_a_header(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    token = token_in(browser.get("/"))
    assert browser.post("/", headers={"X-CSRF-Token": token}).status_code == 200


def test_a_token_is_valid_as_long_as_its_session_and_differs_from_second_to_second(
    open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each second has its own signature: a compressed page cannot be used to guess a token."""
    browser = open_browser()
    first = token_in(browser.get("/"))
    month_later = int(time.time()) + 30 * 24 * 3600
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: month_later)
    second = token_in(browser.get("/"))
    assert first != second
    for token in (second, first, first):
        assert browser.post("/", data={"csrf_token": token}).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "not base64!", "AAAA" * 22, "é", "A" * 88])
def test_anything_else_is_refused(open_browser: OpenBrowser, token: str) -> None:
    browser = open_browser()
    browser.get("/")
    answer = browser.post("/", data={"csrf_token": token})
    assert answer.status_code == 403
    assert "reload the page" in answer.text
    assert browser.get("/count").text == "0"


def test_the_token_of_another_session_is_refused(open_browser: OpenBrowser) -> None:
    mine, theirs = open_browser(), open_browser(migrate=False)
    mine.get("/")
    token = token_in(theirs.get("/"))
    assert mine.post("/", data={"csrf_token": token}).status_code == 403


def test_a_request_without_a_session_is_refused(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    token = token_in(browser.get("/"))
    browser.delete_cookie("sample-session")
    assert browser.post("/", data={"csrf_token": token}).status_code == 403


def test_a_form_over_https_needs_no_referrer(open_browser: OpenBrowser) -> None:
    browser = open_browser(PUBLIC_SCHEME="https")
    assert submit(browser, "/", {}).text == "saved"


@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)],
)
def test_a_page_of_another_site_is_refused(
    open_browser: OpenBrowser, site: str, status: int
) -> None:
    browser = open_browser()
    token = token_in(browser.get("/"))
    answer = browser.post("/", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/hook", 200), ("POST", "/nowhere", 404), ("DELETE", "/count", 405)],
)
def test_what_needs_no_token(
    open_browser: OpenBrowser, method: str, path: str, status: int
) -> None:
    assert open_browser().open(path, method=method).status_code == status


def test_a_page_without_form_has_no_token(open_browser: OpenBrowser) -> None:
    with pytest.raises(LookupError, match="no form"):
        token_in(open_browser().get("/count"))
