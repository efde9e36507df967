"""Who is signed in: the cookie holds a random token, the database what it stands for.

Every replica asks the same table, and a row that is gone has ended its session wherever it was
used. What else Flask's session holds (the forgery token, messages) stays in the signed cookie, so
nothing is stored about those who never sign in. The table has digests alone: a copy of it signs
nobody in.
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

SEEN_EVERY = timedelta(minutes=5)
"""How exact `seen` is: a page that is only read seldom costs a write."""

_KEY = "login"
_AGENT_LENGTH = 200


class LoginSession:
    """The columns of an application's table of sessions; it adds whose they are."""

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, in hexadecimal."""
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was last used, give or take `SEEN_EVERY`."""
    expires: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    agent: Mapped[str] = mapped_column(String(_AGENT_LENGTH))
    """What the browser called itself."""


def begin(login: LoginSession, lasts: timedelta, *, remember: bool = False) -> None:
    """Signs this browser in once the caller commits. `login` says who; the rest is filled in here.

    The browser drops its cookie when it is closed or, with `remember`, after
    PERMANENT_SESSION_LIFETIME (31 days unless set). All that the cookie held before is dropped, so
    that nobody goes on with what somebody else planted. Expired sessions are swept away.
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
    """The session of this browser, if it is signed in; asks the database once.

    May commit, so it comes before anything is written.
    """
    if not _token():
        return None
    now = datetime.now(UTC)
    mine = select(table).where(table.digest == _digest(_token()), table.expires > now)
    login = session().scalar(mine)
    if login is not None and now - login.seen >= SEEN_EVERY:
        session().execute(update(table).where(table.id == login.id).values(seen=now))
        session().commit()
        # It may have been ended meanwhile.
        login = session().scalar(mine)
    if login is None:
        del cookie[_KEY]
    return login


def end(table: type[LoginSession]) -> None:
    """Signs this browser out once the caller commits, and empties its cookie."""
    session().execute(delete(table).where(table.digest == _digest(_token())))
    cookie.clear()


def _token() -> str:
    """What the cookie holds; empty for those who are not signed in, which no digest stands for."""
    token: str = cookie.get(_KEY, "")
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
