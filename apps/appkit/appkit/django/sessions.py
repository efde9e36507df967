"""The `SESSION_ENGINE`: Django's sessions in the database, which all replicas share."""

import re

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError

_KEY = re.compile("[a-z0-9]{32}")


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """Ignores a cookie that Django did not create: Postgres refuses text with NUL."""
        return key is not None and _KEY.fullmatch(key) is not None

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
