"""The `SESSION_ENGINE`: Django's sessions in the database, which all replicas share."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        """Raises `OperationalError` if the database fails, `UpdateError` if the session is gone.

        Django raises `UpdateError` in both cases, and then answers 400 although the request was
        valid.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise
