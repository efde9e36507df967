"""Alembic without a configuration file: the migrations are in `<package>/migrations`."""

from collections.abc import Sequence
from typing import Any, cast

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from appkit.flask.columns import UtcDateTime

_LOCK = 0x61_70_70_6B_69_74
"""Postgres's advisory lock that a migration holds: two at once would create the same tables."""

_OPTIONS: dict[str, Any] = {
    # SQLite can't alter most of a table: Alembic copies it.
    "render_as_batch": True,
    "compare_type": True,
    "render_item": lambda kind, item, _: (
        # A migration outlives our classes: it names what the database has.
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False
    ),
}


def pending(package: str, connection: Connection) -> Sequence[str]:
    """The migrations that were not applied yet, oldest first.

    None for a database that a newer release migrated: this one, rolled back or not yet
    replaced, goes on with it.
    """
    applied = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory.from_config(_config(package, connection))
    known = _known(scripts)
    if not applied <= set(known):
        return ()
    done = {
        script.revision for head in applied for script in scripts.iterate_revisions(head, "base")
    }
    return [revision for revision in known if revision not in done]


def upgrade(package: str, connection: Connection) -> Sequence[str]:
    """Apply what is pending within the connection's transaction, and say what that was."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    missing = pending(package, connection)
    if missing:
        command.upgrade(_config(package, connection), "head")
    return missing


def draft(package: str, connection: Connection, message: str) -> None:
    """Write a migration: the difference between the models and a migrated database."""
    config = _config(package, connection)
    number = len(_known(ScriptDirectory.from_config(config))) + 1
    command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def drift(connection: Connection, metadata: MetaData) -> Sequence[Any]:
    """What differs between the models and a migrated database; a test says that nothing does."""
    return list(compare_metadata(MigrationContext.configure(connection, opts=_OPTIONS), metadata))


def run(metadata: MetaData) -> None:
    """All that an application's `migrations/env.py` has to call."""
    # The module stands for the environment of the command that runs now.
    current = cast("EnvironmentContext", context)
    connection = current.config.attributes["connection"]
    current.configure(connection=connection, target_metadata=metadata, **_OPTIONS)
    with current.begin_transaction():
        current.run_migrations()


def _known(scripts: ScriptDirectory) -> list[str]:
    """Every migration of this release, oldest first."""
    return [script.revision for script in scripts.walk_revisions()][::-1]


def _config(package: str, connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", f"{package}:migrations")
    config.set_main_option("path_separator", "os")
    return config
