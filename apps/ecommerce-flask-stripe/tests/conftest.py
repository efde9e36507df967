"""A migrated database that each test finds empty, shops over it, and a Stripe."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from appkit.flask import migrations
from shop import admins
from shop.models import Base
from shop.project import project
from tests.running import FORM, Shop
from tests.stripe_double import StripeDouble


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A complete environment; its database is the one given from outside, or a file."""
    given = {name: value for name, value in os.environ.items() if name.startswith("DATABASE_")}
    file = tmp_path_factory.mktemp("database") / "shop.sqlite3"
    values = {
        "ENVIRONMENT": "demo",
        "APP_NAME": "ecommerce-flask",
        "SECRET_KEY": "s" * 32,
        "TRUSTED_PROXY": "127.0.0.1",
        **(given or {"DATABASE_URL": f"sqlite:///{file}"}),
    }
    database = Shop(values).database
    with database.engine.begin() as connection:
        migrations.upgrade(project.package, connection)
    database.close()
    return values


@pytest.fixture(scope="session")
def built_shop(environ: dict[str, str]) -> Iterator[Shop]:
    """The one shop without settings of its own, since building one takes a while."""
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
    """Makes shops with other settings, over the same tables."""
    opened: list[Shop] = []

    def make(**settings: str) -> Shop:
        opened.append(Shop({**environ, **settings}))
        return opened[-1]

    yield make
    for other in opened:
        other.database.close()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real hash takes a tenth of a second on purpose; one test looks at a real one."""

    def cheap(password: str) -> str:
        return generate_password_hash(password, "pbkdf2:sha256:1")

    monkeypatch.setattr(admins, "generate_password_hash", cheap)
    admins._nobody.cache_clear()


@pytest.fixture
def session(shop: Shop) -> Iterator[Session]:
    with Session(shop.database.engine) as session:
        yield session


@pytest.fixture
def stripe_double() -> Iterator[StripeDouble]:
    with StripeDouble() as double:
        thread = threading.Thread(target=double.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield double
        double.shutdown()
        thread.join()


@pytest.fixture
def stripe_settings(stripe_double: StripeDouble) -> dict[str, str]:
    return {
        "STRIPE_SECRET_KEY": "sk_test_double",
        "STRIPE_WEBHOOK_SECRET": "whsec_double",
        "STRIPE_API_BASE": stripe_double.origin,
        "PUBLIC_URL": "http://shop.test/ecommerce-flask",
    }


@pytest.fixture
def product_folder(tmp_path: Path) -> Path:
    """One good product file."""
    content = {**FORM, "price": 34.5, "images": ["parcel.svg"]}
    del content["picture"]
    (tmp_path / "oak-tray.json").write_text(json.dumps(content))
    return tmp_path
