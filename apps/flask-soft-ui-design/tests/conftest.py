"""Fixtures: the prepared site behind a proxy at the loopback address, as a container serves it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from appkit.env import Environment
from appkit.flask import passwords
from appkit.flask.database import Database
from appkit.flask.prepare import prepare
from appkit.wsgi import ServiceMiddleware
from devkit.testing import use_reproducible_examples
from devkit.testing.databases import fresh_database
from devkit.testing.flask import SECRET, Browser
from soft_ui import catalogue
from soft_ui.models import Account, Allowance, Message
from soft_ui.project import project

use_reproducible_examples()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> None:
    """A real hash is slow on purpose, and most tests compute several."""
    passwords.METHOD = "scrypt:1024:8:1"


@pytest.fixture(scope="session")
def values(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with fresh_database(tmp_path_factory.mktemp("database")) as url:
        yield {
            "ENVIRONMENT": "production",
            "APP_NAME": "flask-soft-ui",
            "SECRET_KEY": SECRET,
            "DATABASE_URL": url,
            "TRUSTED_PROXY": "localhost",
            "MESSAGES_PER_HOUR": "4",
            "SIGN_UPS_PER_HOUR": "4",
        }


@pytest.fixture(scope="session")
def service(values: dict[str, str]) -> Iterator[ServiceMiddleware]:
    """The prepared site. It is prepared once, because migrations take longer than a test."""
    served = project.wsgi(Environment(values))
    assert isinstance(served.database, Database)
    prepare(project, served.settings, served.database)
    yield served
    served.database.close()


@pytest.fixture
def database(service: ServiceMiddleware) -> Database:
    """The database in its state after the first `prepare`."""
    assert isinstance(service.database, Database)
    with Session(service.database.engine) as session, session.begin():
        for table in (Message, Account, Allowance):
            session.execute(delete(table))
        catalogue.load(session)
    return service.database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with Session(database.engine) as opened:
        yield opened


@pytest.fixture
def browser(service: ServiceMiddleware, database: Database) -> Browser:
    return Browser(service)


@pytest.fixture
def other(values: dict[str, str]) -> Iterator[Browser]:
    """A browser at another replica."""
    replica = project.wsgi(Environment(values))
    yield Browser(replica)
    replica.database.close()


@pytest.fixture
def statements(database: Database) -> Callable[[], AbstractContextManager[list[str]]]:
    """A context manager that collects the SQL statements that are executed in its block."""

    @contextmanager
    def collected() -> Iterator[list[str]]:
        executed: list[str] = []

        def note(_: object, __: object, statement: str, *___: object) -> None:
            executed.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield executed
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return collected
