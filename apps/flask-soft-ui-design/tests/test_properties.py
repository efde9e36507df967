"""Properties for any input: no request fails with 500, and nothing invalid is stored."""

import string
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appkit.flask.database import Database
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import Browser, token_in
from soft_ui import accounts, contact
from soft_ui.models import Account, Login, Message
from tests.visitors import ADA, PASSWORD, sign_up

examples = settings(max_examples=40)

anything = st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8"))
"""The bytes of a field, also those that no browser would send."""

likely = st.sampled_from(
    [
        *(b"ada@example.org", b"Ada Example", b"idea", PASSWORD.encode(), b"0123456789 and more"),
        *(b"\0", "\u200b\u200b".encode(), "\u202eadA".encode()),
    ]
)
addresses = st.ip_addresses().map(str)
names = st.sampled_from(
    [
        "name",
        "email",
        "password",
        "remember",
        "next",
        "topic",
        "message",
        "new_password",
        "confirmation",
        "q",
    ]
)
forms = st.dictionaries(names, likely | anything)


def encode(form: dict[str, bytes]) -> str:
    return "&".join(f"{name}={quote_from_bytes(value, safe='')}" for name, value in form.items())


def post(
    browser: Browser, path: str, form: dict[str, bytes], address: str = "192.0.2.1"
) -> TestResponse:
    token = token_in(browser.get("/contact/"))
    return browser.post(
        path,
        data=encode({**form, "csrf_token": token.encode()}),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Forwarded-For": address},
    )


@given(forms, addresses)
@examples
def test_any_message(
    service: ServiceMiddleware, database: Database, form: dict[str, bytes], address: str
) -> None:
    response = post(Browser(service), "/contact/", form, address)
    assert response.status_code in (303, 422, 429)
    with Session(database.engine) as session:
        for message in session.scalars(select(Message)):
            draft = contact.Draft(message.name, message.email, message.topic, message.text)
            assert contact.problems(draft) == {}


@given(forms, addresses)
@examples
def test_any_sign_up(
    service: ServiceMiddleware, database: Database, form: dict[str, bytes], address: str
) -> None:
    response = post(Browser(service), "/sign-up/", form, address)
    assert response.status_code in (303, 422, 429)
    with Session(database.engine) as session:
        for account in session.scalars(select(Account)):
            draft = accounts.Draft(account.name, account.email, PASSWORD)
            assert accounts.problems(draft) == {}
            assert account.email == account.email.lower()


@given(forms, addresses)
@examples
def test_any_sign_in(
    service: ServiceMiddleware, database: Database, form: dict[str, bytes], address: str
) -> None:
    response = post(Browser(service), "/sign-in/", form, address)
    # There is no account, so every attempt is refused.
    assert response.status_code in (422, 429)
    with Session(database.engine) as session:
        assert session.scalars(select(Login)).first() is None


@pytest.mark.parametrize(
    "path",
    [
        *("/profile/name/", "/profile/password/", "/profile/sessions/end/"),
        *("/profile/sessions/0/end/", "/components/tabs/favourite/", "/profile/delete/"),
    ],
)
def test_any_change_of_a_profile(browser: Browser, path: str) -> None:
    sign_up(browser)

    @given(st.dictionaries(names.filter(lambda name: name != "confirmation"), anything), addresses)
    @settings(examples, max_examples=15)
    def assert_no_error(form: dict[str, bytes], address: str) -> None:
        assert post(browser, path, form, address).status_code in (303, 404, 422, 429)
        assert browser.get("/profile/").status_code == 200

    assert_no_error()


@given(st.text(string.printable, max_size=40), anything, st.sampled_from(["GET", "POST", "HEAD"]))
@examples
def test_any_address(browser: Browser, path: str, query: bytes, method: str) -> None:
    response = browser.open(
        method=method,
        environ_overrides={
            "PATH_INFO": f"/{path}".encode().decode("latin-1"),
            "QUERY_STRING": f"q={quote_from_bytes(query)}&next={quote_from_bytes(query)}",
        },
    )
    assert response.status_code < 500
    assert "Traceback" not in response.text


@given(st.sampled_from(["/sign-in/", "/components/", "/contact/"]), anything)
@examples
def test_any_query(browser: Browser, path: str, query: bytes) -> None:
    asked = encode({"q": query, "next": query})
    response = browser.get(f"{path}?{asked}")
    assert response.status_code == 200
    assert "<script>alert" not in response.text


@given(st.text(string.ascii_letters + string.digits + "._-=", max_size=200))
@examples
def test_any_cookie(service: ServiceMiddleware, database: Database, value: str) -> None:
    browser = Browser(service)
    browser.set_cookie("flask-soft-ui-session", value)
    assert browser.get("/").status_code == 200
    assert browser.get("/profile/").status_code == 303


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=300))
# Each example computes the hash of a password.
@settings(examples, max_examples=10)
def test_any_user_agent_can_sign_in(
    service: ServiceMiddleware, browser: Browser, agent: str
) -> None:
    visitor = Browser(service)
    token = token_in(visitor.get("/contact/"))
    headers = {"User-Agent": agent}
    for path in ("/sign-up/", "/sign-in/"):
        data = {**ADA, "csrf_token": token}
        assert visitor.post(path, data=data, headers=headers).status_code == 303
    assert visitor.get("/profile/", headers=headers).status_code == 200


@given(st.text(max_size=300))
@examples
def test_the_rules_accept_any_text(text: str) -> None:
    draft = accounts.read_form({"name": text, "email": text, "password": text})
    found = accounts.problems(draft)
    assert set(found) <= {"name", "email", "password"}
    assert all(found.values())
    # A normalized text does not change when it is sent again.
    again = accounts.read_form(
        {"name": draft.name, "email": draft.email, "password": draft.password}
    )
    assert (again.name, again.password) == (draft.name, draft.password)
    assert contact.read_form({"message": text}) == contact.read_form(
        {"message": contact.read_form({"message": text}).text}
    )
    assert accounts.device_name(text)
