"""Fixtures: a migrated database that is empty for each test, shops that use it, a fake Stripe."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from appkit.flask import migrations, passwords
from devkit.testing import use_reproducible_examples
from devkit.testing.databases import fresh_database
from shop.models import Base, now
from shop.project import project
from shop.stock import add_product
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY, WEBHOOK_SECRET, account_settings, in_background, running_fake
from stripe_fake.webhooks import Endpoint
from tests.harness import DRAFT, FORM, Shop

use_reproducible_examples()


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """All settings. The database is a new one."""
    with fresh_database(tmp_path_factory.mktemp("database")) as url:
        values = {
            "ENVIRONMENT": "demo",
            "APP_NAME": "ecommerce-flask",
            "SECRET_KEY": "s" * 32,
            "TRUSTED_PROXY": "127.0.0.1",
            "DATABASE_URL": url,
        }
        database = Shop(values).database
        with database.engine.begin() as connection:
            migrations.upgrade(project.package, connection)
        database.close()
        yield values


@pytest.fixture(scope="session")
def built_shop(environ: dict[str, str]) -> Iterator[Shop]:
    """A shop with the common settings; it is built once, because that takes a while."""
    shop = Shop(environ)
    yield shop
    shop.database.close()


@pytest.fixture
def shop(built_shop: Shop) -> Shop:
    """A shop with empty tables."""
    with built_shop.database.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    return built_shop


@pytest.fixture
def open_shop(shop: Shop, environ: dict[str, str]) -> Iterator[Callable[..., Shop]]:
    """Creates shops with additional settings and the same database."""
    opened: list[Shop] = []

    def make(**settings: str) -> Shop:
        opened.append(Shop({**environ, **settings}))
        return opened[-1]

    yield make
    for other in opened:
        other.database.close()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real hash takes a tenth of a second on purpose. One test uses a real one."""
    monkeypatch.setattr(passwords, "METHOD", "scrypt:1024:8:1")


@pytest.fixture
def session(shop: Shop) -> Iterator[Session]:
    with Session(shop.database.engine) as session:
        yield session


@pytest.fixture
def stripe_fake() -> Iterator[StripeFake]:
    with running_fake() as fake:
        yield fake


@pytest.fixture
def stripe_settings(stripe_fake: StripeFake) -> dict[str, str]:
    return account_settings(stripe_fake, "ecommerce-flask")


@pytest.fixture
def selling(
    open_shop: Callable[..., Shop], stripe_settings: dict[str, str], session: Session
) -> Shop:
    """A shop with keys for Stripe and one product."""
    add_product(session, DRAFT)
    return open_shop(**stripe_settings)


@pytest.fixture
def connected(selling: Shop, stripe_fake: StripeFake) -> Iterator[Shop]:
    """The selling shop on a port, so that the fake can send webhook events to it."""
    server = make_server("127.0.0.1", 0, selling.service, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}/stripe/webhook"
    stripe_fake.endpoints[KEY] = Endpoint(url, WEBHOOK_SECRET)
    with in_background(server):
        yield selling
    server.server_close()


@pytest.fixture
def product_folder(tmp_path: Path) -> Path:
    """A folder with one valid product file."""
    content = {**FORM, "price": 34.5, "images": ["parcel.svg"]}
    del content["picture"]
    (tmp_path / "oak-tray.json").write_text(json.dumps(content))
    return tmp_path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock of the pages."""

    def move(by: timedelta) -> None:
        def moved() -> datetime:
            return now() + by

        monkeypatch.setattr("shop.views.payment.now", moved)

    return move
