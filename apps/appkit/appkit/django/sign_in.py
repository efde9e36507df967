"""Signing in by name and password, and how often somebody may guess."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from appkit import limits
from appkit.django.models import Allowance
from appkit.limits import TooOften

# One statement counts and tells, on Postgres and SQLite alike; Django's own has no such.
_ADD = """
INSERT INTO appkit_allowance AS mine (key, spent, until) VALUES (%(key)s, 1, %(end)s)
ON CONFLICT (key) DO UPDATE SET
  spent = CASE WHEN mine.until <= %(now)s THEN 1 ELSE mine.spent + 1 END,
  until = CASE WHEN mine.until <= %(now)s THEN %(end)s ELSE mine.until END
RETURNING spent, until
"""


class Counts:
    """Implements `appkit.limits.Counts`; must not be used within a transaction."""

    def add(self, key: str, now: int, end: int) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, {"key": key, "now": now, "end": end})
            # All of them: SQLite ends a statement once it was read to its end.
            ((spent, until),) = cursor.fetchall()
        return spent, until

    def take_back(self, key: str) -> None:
        Allowance.objects.filter(key=key, spent__gt=0).update(spent=F("spent") - 1)

    def sweep(self, now: int) -> None:
        Allowance.objects.filter(until__lte=now).delete()


class LimitedBackend(ModelBackend):
    """Django's accounts, for whichever form asks: the site's, an API's, the admin's.

    Raises `TooOften`. An unknown name takes as long as a known one, and is counted like it.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_others: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        address = request.META.get("REMOTE_ADDR", "") if request else ""
        uses = limits.guess(username, address)
        limits.spend(Counts(), uses, timezone.now())
        user = super().authenticate(request, username=username, password=password)
        if user is not None:
            limits.give_back(Counts(), uses)
        return user


class SignInForm(AuthenticationForm):
    """Django's form; after too many wrong passwords it says how long to wait."""

    too_often: TooOften | None = None

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except TooOften as error:
            self.too_often = error
            raise _to_wait(error) from error
        return cleaned


class ChangePasswordForm(PasswordChangeForm):
    """Django's form; guesses at the old password count as at the door."""

    too_often: TooOften | None = None

    def clean_old_password(self) -> str:
        uses = limits.guess(self.user.get_username(), "")
        try:
            limits.spend(Counts(), uses, timezone.now())
        except TooOften as error:
            self.too_often = error
            raise _to_wait(error) from error
        password: str = super().clean_old_password()
        limits.give_back(Counts(), uses)
        return password


def _to_wait(error: TooOften) -> ValidationError:
    return ValidationError(f"Too many wrong passwords. Try again in {error.wait}.")


def settle(response: HttpResponse) -> HttpResponse:
    """The page of one of these forms: 400 where something is wrong, 429 where it has to wait."""
    context: dict[str, Any] = getattr(response, "context_data", None) or {}
    form = context.get("form")
    if isinstance(form, SignInForm | ChangePasswordForm) and form.errors:
        response.status_code = 400
        if form.too_often:
            response.status_code = 429
            response["Retry-After"] = str(form.too_often.seconds)
    return response
