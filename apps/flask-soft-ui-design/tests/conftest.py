"""The site as a container serves it: migrated, prepared, behind a proxy on the loopback."""

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
from devkit.testing.flask import SECRET, Browser, fresh_database
from soft_ui import catalogue
from soft_ui.models import Account, Allowance, Message
from soft_ui.project import project

use_reproducible_examples()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> None:
    """A hash is slow on purpose, and most tests take several."""
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
    """Prepared once: migrations take longer than all that a test does."""
    served = project.wsgi(Environment(values))
    assert isinstance(served.database, Database)
    prepare(project, served.settings, served.database)
    yield served
    served.database.close()


@pytest.fixture
def database(service: ServiceMiddleware) -> Database:
    """As after the first `prepare`, whatever the tests before did."""
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
def statements(database: Database) -> Callable[[], AbstractContextManager[list[str]]]:
    """Counts what is asked of the database within a `with` block."""

    @contextmanager
    def counted() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_: object, __: object, statement: str, *___: object) -> None:
            seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return counted
