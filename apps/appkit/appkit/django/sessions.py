"""`SESSION_ENGINE`: Django's sessions in the database, which every replica reads."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        """Raises `OperationalError` where the database fails, `UpdateError` where no session is.

        Django takes the first for the second, and answers 400 as if the visitor were to blame.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise
