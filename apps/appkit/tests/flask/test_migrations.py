from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, inspect, text

from appkit.flask import migrations
from appkit.flask.database import Database


@pytest.mark.sqlite
def test_pending_migrations_are_applied_once(database: Database) -> None:
    with database.engine.begin() as connection:
        assert migrations.upgrade("sample", connection) == ["0001", "0002"]
    assert not database.pending()
    with database.engine.begin() as connection:
        assert not migrations.upgrade("sample", connection)
        columns = [column["name"] for column in inspect(connection).get_columns("notes")]
    assert columns == ["id", "text"]


def test_applied_migrations_are_not_pending(database: Database) -> None:
    with database.engine.begin() as connection:
        migrations.upgrade("sample", connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert database.pending() == ["0002"]


def test_an_older_release_accepts_a_newer_schema(database: Database) -> None:
    with database.engine.begin() as connection:
        migrations.upgrade("sample", connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    assert not database.pending()
    with database.engine.begin() as connection:
        assert not migrations.upgrade("sample", connection)


# On SQLite, the driver commits before each change of the schema.
@pytest.mark.postgres_only
def test_a_failed_migration_is_rolled_back(database: Database, tmp_path: Path) -> None:
    broken = tmp_path / "sample/migrations/versions/0002_second.py"
    broken.write_text(broken.read_text().replace("notes", "nowhere"))
    with pytest.raises(Exception, match="nowhere"), database.engine.begin() as connection:
        migrations.upgrade("sample", connection)
    assert database.pending() == ["0001", "0002"]


def test_a_draft_has_a_number_and_types_of_the_database(database: Database, tmp_path: Path) -> None:
    with database.engine.begin() as connection:
        migrations.upgrade("sample", connection)
        migrations.draft("sample", connection, "when written")
    written = tmp_path / "sample/migrations/versions/0003_when_written.py"
    assert "sa.DateTime(timezone=True)" in written.read_text()


@pytest.mark.sqlite
def test_drift_is_the_difference_between_models_and_database(database: Database) -> None:
    with database.engine.begin() as connection:
        migrations.upgrade("sample", connection)
        same, other = MetaData(), MetaData()
        Table("notes", same, Column("id", Integer, primary_key=True), Column("text", String(20)))
        Table("notes", other, Column("id", Integer, primary_key=True))
        assert not migrations.drift(connection, same)
        assert migrations.drift(connection, other)
