"""Actions of visitors: signing up, signing in, sending a form of the profile."""

from werkzeug.test import TestResponse

from devkit.testing.flask import Browser, submit, token_in

PASSWORD = "correct horse battery"
HERE = {"X-Forwarded-For": "8.8.8.8"}
"""The headers of a request from a network whose attempts are limited."""
ADA = {"name": "Ada Example", "email": "ada@example.org", "password": PASSWORD}


def sign_up(browser: Browser, **changes: str) -> TestResponse:
    """Signs up, and signs in."""
    response = submit(browser, "/sign-up/", ADA | changes)
    assert response.status_code == 303, response.text
    response = sign_in(browser, **changes)
    assert response.status_code == 303, response.text
    return response


def sign_in(browser: Browser, **changes: str) -> TestResponse:
    """Attempts to sign in."""
    return submit(browser, "/sign-in/", ADA | changes)


def send(browser: Browser, path: str, **fields: str) -> TestResponse:
    """Submits a form of a signed-in visitor with the CSRF token of the profile."""
    token = token_in(browser.get("/profile/"))
    return browser.post(path, data={"csrf_token": token, **fields})


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/profile/").status_code == 200
