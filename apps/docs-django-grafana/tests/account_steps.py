"""The steps of a user with an account, and of a program with a token."""

import re

from django.test import Client

from devkit.testing.django import PrefixClient

from .conftest import PREFIX

PASSWORD = "open"


GOOD = {"type": "sale", "amount": "12.30"}


def sign_in(password: str = PASSWORD, name: str = "ada", agent: str = "Browser/1") -> PrefixClient:
    """A client that has submitted the sign-in form."""
    client = PrefixClient(PREFIX, headers={"User-Agent": agent})
    client.post("/sign-in/", {"username": name, "password": password})
    return client


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def create_token(client: Client, name: str = "till", **fields: str) -> str:
    """Creates a token and returns its key, as the page shows it."""
    response = client.post("/account/", {"name": name, **fields})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    (key,) = re.findall(r'id="key">([^<]+)<', response.content.decode())
    return str(key)


def book(key: str) -> int:
    """Books a transaction with a token and returns the status."""
    client = Client(headers={"Authorization": f"Bearer {key}"})
    return client.post("/api/transactions/", GOOD, content_type="application/json").status_code
