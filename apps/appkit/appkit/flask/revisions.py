"""Pages that a process keeps until their tables change; see `appkit.revisions`."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps

from alembic import op
from flask import current_app, g, request
from flask import session as cookie

from appkit.flask import csrf
from appkit.flask.database import database_of, has_session
from appkit.revisions import TABLE, Kept, creation, removal

MAX_PAGES = 50
"""Pages of one revision that a process keeps: one for each path, query and prefix."""

_EXTENSION = "appkit.revisions"


def watch(name: str, tables: Mapping[str, str | None]) -> None:
    """Creates a revision in a migration; `appkit.revisions.creation` describes the arguments."""
    _execute(creation(_database(), name, tables))


def unwatch(name: str, tables: Mapping[str, str | None]) -> None:
    """Removes the revision that `watch` created."""
    _execute(removal(_database(), name, tables))


def read(name: str) -> str | None:
    """The current token of a revision."""
    query = f"SELECT token FROM {TABLE} WHERE name = '{name}'"  # noqa: S608  # no user's input
    token: str | None = database_of(current_app).read(query)
    return token


def kept[**P](name: str) -> Callable[[Callable[P, str]], Callable[P, str | bytes]]:
    """Keeps the pages of a view until the revision `name` changes.

    The page of a path and query must be the same for all visitors whose session is empty. Visitors
    with messages or a login get a page of their own; those with nothing but the token that protects
    forms get the kept one. So the page must have no such form, or else it raises TypeError.
    """

    def decorate(view: Callable[P, str]) -> Callable[P, str | bytes]:
        @wraps(view)
        def page(*args: P.args, **kwargs: P.kwargs) -> str | bytes:
            if _must_render():
                return view(*args, **kwargs)
            key = (request.script_root, request.path, request.query_string)
            return _pages(name).get(key, lambda: _without_token(view(*args, **kwargs)))

        return page

    return decorate


def _must_render() -> bool:
    """Whether this request gets a page of its own."""
    return (
        not cookie.keys() <= {csrf.FIELD}
        # It may have changed rows that the page shows, and not committed yet.
        or has_session()
        # In development, the change of a template is visible at once.
        or bool(current_app.config["TEMPLATES_AUTO_RELOAD"])
    )


def _database() -> str:
    return op.get_bind().dialect.name


def _execute(statements: Iterable[str]) -> None:
    for statement in statements:
        op.execute(statement)


def _pages(name: str) -> Kept[bytes]:
    """The kept pages of this application."""
    revisions: dict[str, Kept[bytes]] = current_app.extensions.setdefault(_EXTENSION, {})
    if name not in revisions:
        revisions[name] = Kept(partial(read, name), MAX_PAGES)
    return revisions[name]


def _without_token(page: str) -> bytes:
    if csrf.FIELD in g:
        raise TypeError("a page with a form cannot be kept: its token belongs to one visitor")
    return page.encode()
