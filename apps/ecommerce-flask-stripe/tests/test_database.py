from appkit.flask import migrations
from shop.models import Base
from tests.running import Shop


def test_the_migrations_make_what_the_models_say(shop: Shop) -> None:
    with shop.database.engine.connect() as connection:
        assert migrations.drift(connection, Base.metadata) == []
        assert not migrations.pending("shop", connection)
