"""Helpers for the tests of a Flask application."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text
from werkzeug.test import Client, TestResponse

SECRET = "0123456789abcdef" * 2

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser(Client):
    """A client at 127.0.0.1, so that TRUSTED_PROXY=localhost treats it as the proxy."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("environ_base", {"REMOTE_ADDR": "127.0.0.1"})
        return super().open(*args, **kwargs)


def empty(url: str) -> None:
    """Removes all tables from a database of `fresh_database`: much faster than a new database.

    On Postgres no connection may use a table meanwhile.
    """
    address = make_url(url)
    if address.drivername == "sqlite":
        Path(str(address.database)).unlink(missing_ok=True)
        return
    engine = create_engine(address.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        # A test that leaves a transaction open fails here instead of waiting for ever.
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def token_in(page: TestResponse) -> str:
    """The CSRF token in the first form of a page. Raises LookupError when there is none."""
    found = TOKEN.search(page.text)
    if found is None:
        raise LookupError("the page has no form with a CSRF token")
    return found.group(1)


def submit(client: Client, path: str, fields: dict[str, str]) -> TestResponse:
    """Opens the page of a form and submits the form, with its CSRF token, to the same path."""
    token = token_in(client.get(path))
    return client.post(path, data={"csrf_token": token, **fields})
