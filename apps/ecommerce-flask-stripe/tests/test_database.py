from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from appkit.flask import migrations
from devkit.testing.databases import fresh_database
from shop.models import Base
from tests.harness import Shop


@pytest.mark.sqlite
def test_the_migrations_match_the_models(shop: Shop) -> None:
    with shop.database.engine.connect() as connection:
        assert migrations.drift(connection, Base.metadata) == []
        assert not migrations.pending("shop", connection)


@pytest.fixture
def empty_shop(tmp_path: Path, environ: dict[str, str]) -> Iterator[Shop]:
    """A shop whose database is not migrated."""
    with fresh_database(tmp_path) as url:
        shop = Shop({**environ, "DATABASE_URL": url})
        yield shop
        shop.database.close()


def upgrade(connection: Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "shop:migrations")
    config.set_main_option("path_separator", "os")
    command.upgrade(config, revision)


@pytest.mark.sqlite
def test_a_payment_of_several_stored_orders_stays_with_the_first(empty_shop: Shop) -> None:
    columns = "session_id, product_slug, product_name, total, currency, paid_at, payment_intent"
    rows = [("cs_3", 3, "pi_1"), ("cs_1", 2, "pi_1"), ("cs_2", 2, "pi_1"), ("cs_4", 1, "pi_2")]
    with empty_shop.database.engine.begin() as connection:
        upgrade(connection, "0002")
        for session_id, day, intent in rows:
            connection.execute(
                text(
                    f"INSERT INTO orders ({columns}) VALUES ('{session_id}', 'a', 'A', 100, 'eur',"  # noqa: S608
                    f" '2026-01-0{day} 00:00:00', '{intent}')"
                )
            )
        upgrade(connection, "head")
        found = connection.execute(
            text("SELECT session_id, payment_intent FROM orders ORDER BY session_id")
        )
        assert [tuple(row) for row in found] == [
            ("cs_1", "pi_1"),
            ("cs_2", None),
            ("cs_3", None),
            ("cs_4", "pi_2"),
        ]
        # The previous release adds products during the rollout.
        connection.execute(
            text(
                "INSERT INTO products (slug, name, price, currency, info, short_description,"
                " full_description, images, origin, created_at)"
                " VALUES ('a', 'A', 100, 'eur', 'i', 's', 'f', '[]', 'admin', '2026-01-01')"
            )
        )
        assert connection.scalar(text("SELECT version FROM products")) == 1
    with empty_shop.database.engine.connect() as connection:
        assert migrations.drift(connection, Base.metadata) == []
