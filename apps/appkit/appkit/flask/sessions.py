"""Login sessions: the cookie holds a random token, and the database a row with its digest.

All replicas use the same table, so deleting a row ends its session on every replica. The rest of
Flask's session (the CSRF token, messages) stays in the signed cookie, so that nothing is stored
about visitors who never sign in. The table holds only digests: nobody can sign in with a copy of
it.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from flask import request
from flask import session as cookie
from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from appkit.flask.columns import UtcDateTime
from appkit.flask.database import session

SEEN_INTERVAL = timedelta(minutes=5)
"""The precision of `seen`: most requests read a session without a write to its row."""

MAX_SESSIONS = 20
"""Sessions of one user. Another login ends the least recently used one."""

_KEY = "login"
_MAX_AGENT_LENGTH = 200


class LoginSession:
    """The columns of the table of sessions; the application adds a reference to its users."""

    OWNER: ClassVar[str]
    """The name of the column that refers to the user."""

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, in hexadecimal."""
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    """The time of the last request, up to `SEEN_INTERVAL` too early."""
    expires: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    agent: Mapped[str] = mapped_column(String(_MAX_AGENT_LENGTH))
    """The User-Agent header of the browser that signed in."""


def begin(login: LoginSession, lasts: timedelta, *, remember: bool = False) -> None:
    """Signs this browser in; the caller commits. `login` refers to the user, this sets the rest.

    The browser deletes its cookie when it is closed or, with `remember`, after
    PERMANENT_SESSION_LIFETIME (31 days by default). The cookie is emptied first, so that values
    that an attacker planted before the login have no effect. Expired sessions of all users are
    deleted, and those of this user beyond `MAX_SESSIONS`.
    """
    now = datetime.now(UTC)
    table = type(login)
    session().execute(
        delete(table).where((table.expires <= now) | (table.digest == _digest(_token())))
    )
    _end_surplus(login)
    _issue_token(login, remember=remember)
    login.started = login.seen = now
    login.expires = now + lasts
    login.agent = "".join(filter(str.isprintable, request.user_agent.string))[:_MAX_AGENT_LENGTH]
    session().add(login)


def renew(login: LoginSession) -> None:
    """Gives this browser a new token; the caller commits. Copies of its cookie become invalid.

    The cookie is emptied, as by `begin`. The commit raises `StaleDataError` if another request has
    ended the session.
    """
    _issue_token(login, remember=cookie.permanent)


def current[Login: LoginSession](table: type[Login]) -> Login | None:
    """The session of this browser, or None. Takes one query if the browser is signed in.

    It may commit, so call it before the request changes anything.
    """
    if not _token():
        return None
    now = datetime.now(UTC)
    query = select(table).where(table.digest == _digest(_token()), table.expires > now)
    login = session().scalar(query)
    if login is not None and now - login.seen >= SEEN_INTERVAL:
        session().execute(update(table).where(table.id == login.id).values(seen=now))
        session().commit()
        # Another request may have ended the session in the meantime.
        login = session().scalar(query)
    if login is None:
        del cookie[_KEY]
    return login


def end(table: type[LoginSession]) -> None:
    """Signs this browser out and empties its cookie; the caller commits."""
    session().execute(delete(table).where(table.digest == _digest(_token())))
    cookie.clear()


def _end_surplus(login: LoginSession) -> None:
    """Ends the least recently used sessions of the user, so that one more is within the limit."""
    table = type(login)
    own = getattr(table, table.OWNER) == getattr(login, table.OWNER)
    kept = (
        select(table.id)
        .where(own)
        .order_by(table.seen.desc(), table.id.desc())
        .limit(MAX_SESSIONS - 1)
    )
    session().execute(
        delete(table).where(own, table.id.not_in(kept)),
        execution_options={"synchronize_session": False},
    )


def _issue_token(login: LoginSession, *, remember: bool) -> None:
    cookie.clear()
    cookie.permanent = remember
    cookie[_KEY] = secrets.token_urlsafe(32)
    login.digest = _digest(_token())


def _token() -> str:
    """The token in the cookie, or an empty text, whose digest no row has."""
    token: str = cookie.get(_KEY, "")
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
