"""Empty databases for tests, independent of the framework."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql


@contextmanager
def fresh_database(folder: Path) -> Iterator[str]:
    """The URL of an empty database, which is removed afterwards.

    It is a file in `folder` or, if DATABASE_URL is the URL of a Postgres database, a new database
    on that server.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder}/test.sqlite3"
        return
    # The database that every server has: that of the URL need not exist.
    server = urlsplit(url)._replace(path="/postgres")
    if password := os.environ.get("DATABASE_PASSWORD"):
        user, _, host = server.netloc.rpartition("@")
        name = user.partition(":")[0]
        server = server._replace(netloc=f"{name}:{quote(password, safe='')}@{host}")
    created = f"test_{secrets.token_hex(6)}"
    database = sql.Identifier(created)
    with psycopg.connect(server.geturl(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        try:
            yield server._replace(scheme="postgres", path=f"/{created}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
