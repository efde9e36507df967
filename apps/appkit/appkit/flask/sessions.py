"""Login sessions: a cookie has a random token, and a table has one row for each token.

All replicas share the table, and deleting a row ends the session everywhere. The other values of
Flask's session (the CSRF token, flashed messages) stay in the signed cookie, so that nothing is
stored about visitors who do not sign in. The table has only digests of the tokens, so a copy of it
cannot be used to sign in.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from flask import request
from flask import session as cookie
from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from appkit.flask.columns import UtcDateTime
from appkit.flask.database import session

SEEN_PRECISION = timedelta(minutes=5)
"""`seen` is updated at most this often, so that most requests write nothing."""

_KEY = "login"
_AGENT_LENGTH = 200


class LoginSession:
    """The columns of an application's table of sessions; it adds a column for the account."""

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, as hexadecimal digits."""
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    """Time of the last use, with the precision `SEEN_PRECISION`."""
    expires: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    agent: Mapped[str] = mapped_column(String(_AGENT_LENGTH))
    """The User-Agent header of the browser."""


def begin(login: LoginSession, lasts: timedelta, *, remember: bool = False) -> None:
    """Signs this browser in once the caller commits. `login` has the account; the rest is set here.

    The browser deletes its cookie when it is closed or, with `remember`, after
    PERMANENT_SESSION_LIFETIME (by default 31 days). The cookie's previous values are discarded,
    because an attacker may have planted them (session fixation). Expired sessions are deleted.
    """
    now = datetime.now(UTC)
    table = type(login)
    session().execute(
        delete(table).where((table.expires <= now) | (table.digest == _digest(_token())))
    )
    cookie.clear()
    cookie.permanent = remember
    cookie[_KEY] = secrets.token_urlsafe(32)
    login.digest = _digest(_token())
    login.started = login.seen = now
    login.expires = now + lasts
    login.agent = "".join(filter(str.isprintable, request.user_agent.string))[:_AGENT_LENGTH]
    session().add(login)


def current[Login: LoginSession](table: type[Login]) -> Login | None:
    """The login session of this browser, or None; one query.

    It may commit, so call it before any change.
    """
    if not _token():
        return None
    now = datetime.now(UTC)
    mine = select(table).where(table.digest == _digest(_token()), table.expires > now)
    login = session().scalar(mine)
    if login is not None and now - login.seen >= SEEN_PRECISION:
        session().execute(update(table).where(table.id == login.id).values(seen=now))
        session().commit()
        # Another request may have ended the session in the meantime.
        login = session().scalar(mine)
    if login is None:
        del cookie[_KEY]
    return login


def end(table: type[LoginSession]) -> None:
    """Signs this browser out once the caller commits, and clears its cookie."""
    session().execute(delete(table).where(table.digest == _digest(_token())))
    cookie.clear()


def _token() -> str:
    """The token in the cookie; empty if the browser is not signed in."""
    token: str = cookie.get(_KEY, "")
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
