"""What visitors with an account do."""

from werkzeug.test import TestResponse

from devkit.testing.flask import Browser, submit, token_in

PASSWORD = "correct horse battery"
ADA = {"name": "Ada Example", "email": "ada@example.org", "password": PASSWORD}


def join(browser: Browser, **changes: str) -> TestResponse:
    """Signs up, and is signed in then."""
    answer = submit(browser, "/sign-up/", ADA | changes)
    assert answer.status_code == 303, answer.text
    return answer


def enter(browser: Browser, **changes: str) -> TestResponse:
    """Tries to sign in."""
    return submit(browser, "/sign-in/", ADA | changes)


def send(browser: Browser, path: str, **fields: str) -> TestResponse:
    """Sends one of the forms of the profile, or of another page of one who is signed in."""
    token = token_in(browser.get("/profile/"))
    return browser.post(path, data={"csrf_token": token, **fields})


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/profile/").status_code == 200
