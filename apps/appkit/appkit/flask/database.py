"""One SQLAlchemy engine per process, one session per request.

A pooled connection that the database has closed is replaced before it is used, so the application
needs no restart after the database was down.
"""

import select
import time
from collections.abc import Sequence
from contextlib import closing
from sqlite3 import Connection as SqliteConnection
from typing import TYPE_CHECKING, Any, cast

import psycopg
from flask import Flask, current_app, g
from sqlalchemy import (
    URL,
    Column,
    Engine,
    MetaData,
    StaticPool,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from appkit import revisions
from appkit.database import Breaker, DatabaseDown
from appkit.env import DatabaseUrl
from appkit.flask import migrations

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

EXTENSION = "appkit.database"

UNAVAILABLE = (DatabaseDown, OperationalError, InterfaceError, PoolTimeout)
"""Errors that become 503: no response, a lost connection, or a statement that took too long."""

STUCK_SECONDS = 60.0
"""Seconds without a free connection of the pool, after which none is expected any more. Each thread
has a connection of its own, so waiting for one means that others were not given back."""

# The messages of errors are logged, and the parameters of statements can be data of a person.
_HIDE_PARAMETERS = True

_TIMEOUT_SECONDS = 3
"""For a new connection, and for a free one of the pool."""

_POSTGRES_ARGUMENTS = {
    "connect_timeout": _TIMEOUT_SECONDS,
    # Milliseconds until a connection to a machine that no longer responds counts as lost.
    "tcp_user_timeout": 5_000,
    # Seconds without traffic after which the kernel finds out whether such a machine responds.
    "keepalives_idle": 10,
    # Milliseconds: less than the ten seconds after which a stopping worker is killed.
    "options": "-c statement_timeout=8000",
}


def new_metadata() -> MetaData:
    """Metadata with the table of revisions.

    It names all constraints, because a migration can drop one only by name.
    """
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    Table(
        revisions.TABLE,
        metadata,
        Column("name", String(revisions.NAME_LENGTH), primary_key=True),
        Column("token", String(revisions.TOKEN_LENGTH), nullable=False),
    )
    return metadata


class Database:
    """The engine of this process. It connects when the first statement is executed.

    `package` contains the migrations. The pool holds at most one connection for each thread.
    """

    def __init__(self, package: str, url: DatabaseUrl, threads: int) -> None:
        self.package = package
        self.engine = _sqlite(url) if url.engine == "sqlite" else _postgres(url, threads)
        self.breaker = Breaker()
        self._exhausted_since: float | None = None
        event.listen(self.engine, "checkout", self._connected)

    def ping(self) -> None:
        """Raises `DatabaseDown` when the database does not execute a statement."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except UNAVAILABLE as error:
            raise DatabaseDown(reason(error)) from error

    def pending(self) -> Sequence[str]:
        """The migrations that are not applied yet, oldest first. May raise `DatabaseDown`."""
        try:
            with self.engine.connect() as connection:
                return migrations.pending(self.package, connection)
        except UNAVAILABLE as error:
            raise DatabaseDown(reason(error)) from error

    def close(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()

    def stuck(self) -> bool:
        """Whether no connection of the pool has been free for so long that none returns."""
        since = self._exhausted_since
        return since is not None and time.monotonic() - since > STUCK_SECONDS

    def session(self) -> Session:
        """A new session. Raises `DatabaseDown` at once while the circuit breaker is open."""
        self._require_closed_breaker()
        return Session(self.engine)

    def read(self, query: str) -> Any:
        """The first value of a query, in one round trip without a transaction; None for no row.

        The driver executes it, because the layers above take longer than a small query. Raises
        `DatabaseDown` as `session` does, and SQLAlchemy's errors.
        """
        self._require_closed_breaker()
        driver = self.engine.dialect.loaded_dbapi
        try:
            return self._execute(query)
        except driver.Error as error:
            raise DBAPIError.instance(query, None, error, driver.Error) from error

    def _execute(self, query: str) -> Any:
        dialect = self.engine.dialect
        with closing(self.engine.raw_connection()) as pooled:
            connection = cast("DBAPIConnection", pooled.dbapi_connection)
            try:
                dialect.set_isolation_level(connection, "AUTOCOMMIT")
                cursor = connection.cursor()
                cursor.execute(query)
                # All rows, because SQLite completes a statement only then.
                rows = cursor.fetchall()
                dialect.reset_isolation_level(connection)
            except BaseException:
                pooled.invalidate()
                raise
        return rows[0][0] if rows else None

    def report_failure(self, error: BaseException) -> None:
        """Opens the circuit breaker if `error` means that the connection failed."""
        if is_connection_failure(error):
            self.breaker.trip()
        if isinstance(error, PoolTimeout) and self._exhausted_since is None:
            self._exhausted_since = time.monotonic()

    def _connected(self, *_arguments: object) -> None:
        self._exhausted_since = None

    def _require_closed_breaker(self) -> None:
        if self.breaker.open:
            raise DatabaseDown("it did not answer a moment ago")


def reason(error: BaseException) -> str:
    """The driver's message, in one line and without the SQL statement."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(original).split())


def is_connection_failure(error: BaseException) -> bool:
    """Whether the connection failed (refused, lost, server shutting down), not just a statement."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(("08", "53", "57P"))


def _postgres(url: DatabaseUrl, threads: int) -> Engine:
    engine = create_engine(
        URL.create(
            "postgresql+psycopg", url.user, url.password or None, url.host, url.port, url.name
        ),
        pool_size=threads,
        max_overflow=0,
        hide_parameters=_HIDE_PARAMETERS,
        pool_timeout=_TIMEOUT_SECONDS,
        connect_args=_POSTGRES_ARGUMENTS,
    )

    @event.listens_for(engine, "checkout")
    def replace_closed(connection: psycopg.Connection[Any], *_arguments: object) -> None:
        # SQLAlchemy's own check, `pool_pre_ping`, takes a round trip to the database. But a server
        # sends nothing to an idle connection before it closes it.
        if connection.closed or _is_readable(connection.fileno()):
            raise DisconnectionError

    return engine


def _is_readable(descriptor: int) -> bool:
    """Whether data, the end of the connection, or an error of it has arrived."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _sqlite(url: DatabaseUrl) -> Engine:
    address = URL.create("sqlite", database=url.name)
    engine = (
        # With several connections, each would have an empty database of its own in memory.
        create_engine(
            address,
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=_HIDE_PARAMETERS,
        )
        if url.name == ":memory:"
        else create_engine(address, hide_parameters=_HIDE_PARAMETERS)
    )

    @event.listens_for(engine, "connect")
    def enforce_foreign_keys(connection: SqliteConnection, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def attach(app: Flask, database: Database) -> None:
    """Gives the application its database, and closes the session at the end of each request."""
    app.extensions[EXTENSION] = database

    @app.teardown_appcontext
    def close_session(_: BaseException | None) -> None:
        current: Session | None = g.pop("session", None)
        if current is None:
            return
        try:
            current.close()
        except UNAVAILABLE as error:
            # The connection was lost after the last statement. The response is complete, and the
            # server rolls back what was not committed.
            database.report_failure(error)


def database_of(app: Flask) -> Database:
    """The database that `attach` gave to an application."""
    database: Database = app.extensions[EXTENSION]
    return database


def has_session() -> bool:
    """Whether this request has used `session`."""
    return "session" in g


def session() -> Session:
    """The session of this request. Uncommitted changes are rolled back at its end."""
    if not has_session():
        g.session = database_of(current_app).session()
    current: Session = g.session
    return current
