import pytest

from appkit.flask import migrations
from shop.models import Base
from tests.harness import Shop


@pytest.mark.sqlite
def test_the_migrations_match_the_models(shop: Shop) -> None:
    with shop.database.engine.connect() as connection:
        assert migrations.drift(connection, Base.metadata) == []
        assert not migrations.pending("shop", connection)
