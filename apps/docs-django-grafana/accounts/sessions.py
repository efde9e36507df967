"""`SESSION_ENGINE`: sessions in the database, each with the account that it belongs to."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Session
from appkit.django import sessions

STARTED = "started"
BROWSER = "browser"
LONGEST_BROWSER = 120


class SessionStore(sessions.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        session = super().create_model_instance(dict(data))
        # Django's types do not know that it is made from the class above.
        assert isinstance(session, Session)  # noqa: S101
        user = data.get(SESSION_KEY)
        session.user_id = None if user is None else int(user)
        return session


def note_sign_in(request: HttpRequest, **_signal: object) -> None:
    """Receiver of `user_logged_in`: what helps somebody to recognise the session later."""
    request.session[STARTED] = timezone.now().isoformat(timespec="seconds")
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:LONGEST_BROWSER]


def living(user: User) -> list[Session]:
    """The sessions of `user` that still sign in, the newest last."""
    return list(
        Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("expire_date")
    )


def end_others(user: User, kept: str | None) -> int:
    """Ends every session of `user` but the one whose key is `kept`. Returns how many."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=kept).delete()
    return ended
