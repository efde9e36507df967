import time
from collections.abc import Callable

import pytest
from itsdangerous import TimestampSigner
from werkzeug.test import Client

from devkit.testing.flask import submit, token_in

type NewBrowser = Callable[..., Client]


def test_a_form_with_its_token_is_accepted(new_browser: NewBrowser) -> None:
    browser = new_browser()
    assert submit(browser, "/", {}).text == "saved"
    assert browser.get("/count").text == "1"


def test_a_token_in_the_header_is_accepted(new_browser: NewBrowser) -> None:
    browser = new_browser()
    token = token_in(browser.get("/"))
    assert browser.post("/", headers={"X-CSRF-Token": token}).status_code == 200


def test_a_token_is_valid_as_long_as_its_session_and_differs_from_second_to_second(
    new_browser: NewBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each second has its own signature: a compressed page cannot be used to guess a token."""
    browser = new_browser()
    first = token_in(browser.get("/"))
    month_later = int(time.time()) + 30 * 24 * 3600
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: month_later)
    second = token_in(browser.get("/"))
    assert first != second
    for token in (second, first, first):
        assert browser.post("/", data={"csrf_token": token}).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "not base64!", "AAAA" * 22, "é", "A" * 88])
def test_any_other_token_is_refused(new_browser: NewBrowser, token: str) -> None:
    browser = new_browser()
    browser.get("/")
    response = browser.post("/", data={"csrf_token": token})
    assert response.status_code == 403
    assert "<title>403 sample</title>" in response.text
    assert browser.get("/count").text == "0"


def test_the_token_of_another_session_is_refused(new_browser: NewBrowser) -> None:
    browser, other = new_browser(), new_browser(migrate=False)
    browser.get("/")
    token = token_in(other.get("/"))
    assert browser.post("/", data={"csrf_token": token}).status_code == 403


def test_a_request_without_a_session_is_refused(new_browser: NewBrowser) -> None:
    browser = new_browser()
    token = token_in(browser.get("/"))
    browser.delete_cookie("sample-session")
    assert browser.post("/", data={"csrf_token": token}).status_code == 403


def test_a_form_over_https_needs_no_referrer(new_browser: NewBrowser) -> None:
    browser = new_browser()
    forwarded = {"X-Forwarded-Proto": "https"}
    token = token_in(browser.get("/", headers=forwarded))
    response = browser.post("/", data={"csrf_token": token}, headers=forwarded)
    assert response.text == "saved"


@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)],
)
def test_a_page_of_another_site_is_refused(new_browser: NewBrowser, site: str, status: int) -> None:
    browser = new_browser()
    token = token_in(browser.get("/"))
    response = browser.post("/", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})
    assert response.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/hook", 200), ("POST", "/nowhere", 404), ("DELETE", "/count", 405)],
)
def test_exempt_and_unknown_routes_need_no_token(
    new_browser: NewBrowser, method: str, path: str, status: int
) -> None:
    assert new_browser().open(path, method=method).status_code == status


def test_a_page_without_a_form_has_no_token(new_browser: NewBrowser) -> None:
    with pytest.raises(LookupError, match="no form"):
        token_in(new_browser().get("/count"))
