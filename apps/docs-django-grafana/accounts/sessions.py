"""`SESSION_ENGINE`: sessions in the database, each linked to its account."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Session
from appkit.django import sessions

STARTED = "started"
BROWSER = "browser"
MAX_BROWSER_LENGTH = 120


class SessionStore(sessions.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        session = super().create_model_instance(dict(data))
        # The stubs of Django declare the base class; `get_model_class` returns this one.
        assert isinstance(session, Session)  # noqa: S101
        user = data.get(SESSION_KEY)
        session.user_id = None if user is None else int(user)
        return session


def record_sign_in(request: HttpRequest, **_signal: object) -> None:
    """Receiver of `user_logged_in`: stores the details that the account page lists."""
    request.session[STARTED] = timezone.now().isoformat(timespec="seconds")
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:MAX_BROWSER_LENGTH]


def active_sessions(user: User) -> QuerySet[Session]:
    """The sessions of `user` that have not expired."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now())


def newest(sessions: QuerySet[Session], current: str | None, limit: int) -> list[Session]:
    """At most `limit` of `sessions`: the one with the key `current`, then the newest ones."""
    is_current = Case(When(session_key=current, then=0), default=1)
    return list(sessions.order_by(is_current, "-expire_date")[:limit])


def end_other_sessions(user: User, kept: str | None) -> int:
    """Ends all sessions of `user` except the one with the key `kept`. Returns their number."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=kept).delete()
    return ended
