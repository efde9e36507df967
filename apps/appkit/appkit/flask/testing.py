"""What the tests of an application on this floor begin with."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text
from werkzeug.test import Client, TestResponse

SECRET = "0123456789abcdef" * 2

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser(Client):
    """Keeps cookies, and comes from the loopback: TRUSTED_PROXY=localhost makes it the proxy."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("environ_base", {"REMOTE_ADDR": "127.0.0.1"})
        return super().open(*args, **kwargs)


@contextmanager
def fresh_database(folder: Path) -> Iterator[str]:
    """The address of an empty database, gone afterwards.

    A file in `folder`, or, where DATABASE_URL names a Postgres, a new database beside that one.
    """
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder}/test.sqlite3"
        return
    url = make_url(server).set(drivername="postgresql+psycopg")
    if password := os.environ.get("DATABASE_PASSWORD"):
        url = url.set(password=password)
    name = f"test_{secrets.token_hex(6)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            created = url.set(drivername="postgres", database=name)
            yield created.render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def token_in(page: TestResponse) -> str:
    """The token of the first form of a page. Raises LookupError when there is none."""
    found = _TOKEN.search(page.text)
    if found is None:
        raise LookupError("the page has no form with a token")
    return found.group(1)


def submit(client: Client, path: str, fields: dict[str, str]) -> TestResponse:
    """Opens the page of a form that is sent to its own address, and sends it with the token."""
    token = token_in(client.get(path))
    return client.post(path, data={"csrf_token": token, **fields})
