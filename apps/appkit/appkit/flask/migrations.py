"""Alembic without a configuration file; the migrations are in `<package>/migrations`."""

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
"""The Postgres advisory lock that keeps two migrations from running at the same time."""

_OPTIONS: dict[str, Any] = {
    # SQLite cannot alter most parts of a table, so Alembic copies the table.
    "render_as_batch": True,
    "compare_type": True,
    "render_item": lambda kind, item, _: (
        # A migration outlives our classes, so it names the type of the database.
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False
    ),
}


def pending(package: str, connection: Connection) -> Sequence[str]:
    """The migrations that are not applied yet, oldest first.

    The list is empty for a database that a newer release has migrated, so that this release still
    runs after a rollback and during a rollout.
    """
    applied = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory.from_config(_config(package, connection))
    known = _known(scripts)
    if not applied <= set(known):
        return ()
    ancestors = {
        script.revision for head in applied for script in scripts.iterate_revisions(head, "base")
    }
    return [revision for revision in known if revision not in ancestors]


def upgrade(package: str, connection: Connection) -> Sequence[str]:
    """Applies the pending migrations in the connection's transaction, and returns their names."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    to_apply = pending(package, connection)
    if to_apply:
        command.upgrade(_config(package, connection), "head")
    return to_apply


def draft(package: str, connection: Connection, message: str) -> None:
    """Writes a migration from the difference between the models and a migrated database."""
    config = _config(package, connection)
    number = len(_known(ScriptDirectory.from_config(config))) + 1
    command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def drift(connection: Connection, metadata: MetaData) -> Sequence[Any]:
    """The differences between the models and a migrated database; a test expects none."""
    return list(compare_metadata(MigrationContext.configure(connection, opts=_OPTIONS), metadata))


def run(metadata: MetaData) -> None:
    """Runs the current Alembic command; an application's `migrations/env.py` only calls this."""
    # The module is a proxy for the environment of the current command.
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
