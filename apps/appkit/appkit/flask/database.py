"""One engine a process, one session a request.

A pooled connection is tested before it is used, so a database that went away and came back costs
nobody a restart.
"""

from collections.abc import Sequence
from sqlite3 import Connection as SqliteConnection

from flask import Flask, current_app, g
from sqlalchemy import URL, Engine, MetaData, StaticPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from appkit.database import Breaker, DatabaseDown
from appkit.env import DatabaseUrl
from appkit.flask import migrations

EXTENSION = "appkit.database"

UNAVAILABLE = (DatabaseDown, OperationalError, InterfaceError, PoolTimeout)
"""What means "not now": no answer, a connection that ends, a statement that waits too long."""

_WAIT_SECONDS = 3

_POSTGRES_ARGUMENTS = {
    "connect_timeout": _WAIT_SECONDS,
    # Milliseconds after which a connection to a machine that vanished counts as lost.
    "tcp_user_timeout": 5_000,
    # Milliseconds: a statement never outlives the ten seconds that a stopping worker is given.
    "options": "-c statement_timeout=8000",
}


def new_metadata() -> MetaData:
    """Metadata whose constraints all have names, without which a migration can't drop one."""
    return MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """The engine of this process; nothing is connected before it is asked for.

    `package` holds the migrations; the pool holds at most one connection a thread.
    """

    def __init__(self, package: str, url: DatabaseUrl, threads: int) -> None:
        self.package = package
        self.engine = _sqlite(url) if url.engine == "sqlite" else _postgres(url, threads)
        self.breaker = Breaker()

    def ping(self) -> None:
        """Raises `DatabaseDown` when no statement gets through."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except UNAVAILABLE as error:
            raise DatabaseDown(reason(error)) from error

    def pending(self) -> Sequence[str]:
        """The migrations that were not applied yet, oldest first. May raise `DatabaseDown`."""
        try:
            with self.engine.connect() as connection:
                return migrations.pending(self.package, connection)
        except UNAVAILABLE as error:
            raise DatabaseDown(reason(error)) from error

    def close(self) -> None:
        """Gives up every pooled connection, so that none crosses a fork."""
        self.engine.dispose()

    def session(self) -> Session:
        """A new session. Raises `DatabaseDown` at once in the second after a failure."""
        if self.breaker.open:
            raise DatabaseDown("it did not answer a moment ago")
        return Session(self.engine)

    def failed(self, error: BaseException) -> None:
        """Spares a database that is gone for a second; one that refused a statement is not gone."""
        if is_gone(error):
            self.breaker.trip()


def reason(error: BaseException) -> str:
    """What a driver says went wrong, in one line and without the statement."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(said).split())


def is_gone(error: BaseException) -> bool:
    """Whether the connection failed (none, lost, refused, shut down), not one statement."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(("08", "53", "57P"))


def _postgres(url: DatabaseUrl, threads: int) -> Engine:
    return create_engine(
        URL.create(
            "postgresql+psycopg", url.user, url.password or None, url.host, url.port, url.name
        ),
        pool_size=threads,
        max_overflow=0,
        pool_timeout=_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args=_POSTGRES_ARGUMENTS,
    )


def _sqlite(url: DatabaseUrl) -> Engine:
    address = URL.create("sqlite", database=url.name)
    engine = (
        # Each new connection to memory would be an empty database of its own.
        create_engine(address, poolclass=StaticPool, connect_args={"check_same_thread": False})
        if url.name == ":memory:"
        else create_engine(address)
    )

    @event.listens_for(engine, "connect")
    def enforce_foreign_keys(connection: SqliteConnection, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def attach(app: Flask, database: Database) -> None:
    """Give the application its database, and end each request's session with the request."""
    app.extensions[EXTENSION] = database

    @app.teardown_appcontext
    def end_session(_: BaseException | None) -> None:
        ended: Session | None = g.pop("session", None)
        if ended is None:
            return
        try:
            ended.close()
        except UNAVAILABLE as error:
            # Lost after the last statement: the answer stands, and nothing is left to roll back.
            database.failed(error)


def database_of(app: Flask) -> Database:
    """The database that `attach` gave to an application."""
    database: Database = app.extensions[EXTENSION]
    return database


def session() -> Session:
    """This request's session. What is not committed is rolled back when the request ends."""
    if "session" not in g:
        g.session = database_of(current_app).session()
    current: Session = g.session
    return current
