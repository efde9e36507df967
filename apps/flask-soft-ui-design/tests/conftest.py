"""The site as a container serves it: migrated, prepared, behind a proxy on the loopback."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from appkit.env import Environment
from appkit.flask.database import Database
from appkit.flask.prepare import prepare
from appkit.flask.testing import SECRET, Browser, fresh_database
from appkit.wsgi import ShopFloor
from soft_ui import catalogue
from soft_ui.models import Message
from soft_ui.project import project


@pytest.fixture(scope="session")
def values(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with fresh_database(tmp_path_factory.mktemp("database")) as url:
        yield {
            "ENVIRONMENT": "production",
            "APP_NAME": "flask-soft-ui",
            "SECRET_KEY": SECRET,
            "DATABASE_URL": url,
            "TRUSTED_PROXY": "localhost",
        }


@pytest.fixture(scope="session")
def floor(values: dict[str, str]) -> Iterator[ShopFloor]:
    """Prepared once: migrations take longer than all that a test does."""
    served = project.wsgi(Environment(values))
    assert isinstance(served.database, Database)
    prepare(project, served.settings, served.database)
    yield served
    served.database.close()


@pytest.fixture
def database(floor: ShopFloor) -> Database:
    """As after the first `prepare`, whatever the tests before did."""
    assert isinstance(floor.database, Database)
    with Session(floor.database.engine) as session, session.begin():
        session.execute(delete(Message))
        catalogue.load(session)
    return floor.database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with Session(database.engine) as opened:
        yield opened


@pytest.fixture
def browser(floor: ShopFloor, database: Database) -> Browser:
    return Browser(floor)
