"""Sign-in with name and password, with a limit on wrong passwords."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from appkit import limits, sign_in_log
from appkit.django.models import Allowance
from appkit.limits import TooOften

# One statement increments and returns the count, on Postgres and SQLite; Django's ORM has no
# equivalent.
_ADD = """
INSERT INTO appkit_allowance AS mine (key, spent, until) VALUES (%(key)s, 1, %(end)s)
ON CONFLICT (key) DO UPDATE SET
  spent = CASE WHEN mine.until <= %(now)s THEN 1 ELSE mine.spent + 1 END,
  until = CASE WHEN mine.until <= %(now)s THEN %(end)s ELSE mine.until END
RETURNING spent, until
"""


class Counts:
    """Implements `appkit.limits.Counts`. It must not be used inside a transaction."""

    def add(self, key: str, now: int, end: int) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, {"key": key, "now": now, "end": end})
            # fetchall: SQLite completes a statement only when all of its rows have been read.
            ((spent, until),) = cursor.fetchall()
        return spent, until

    def subtract(self, key: str) -> None:
        Allowance.objects.filter(key=key, spent__gt=0).update(spent=F("spent") - 1)

    def sweep(self, now: int) -> None:
        Allowance.objects.filter(until__lte=now).delete()


class LimitedBackend(ModelBackend):
    """Django's accounts with a limit, for every form: the site's, an API's, the admin's.

    Raises `TooOften`. An unknown name takes as long as a known one and counts in the same way.
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
        attempts = limits.login_attempts(username, address)
        try:
            limits.consume(Counts(), attempts, timezone.now())
        except TooOften:
            sign_in_log.log_failure("too many attempts", address)
            raise
        user = super().authenticate(request, username=username, password=password)
        if user is None:
            known = User.objects.filter(username=username).values_list("pk", flat=True).first()
            sign_in_log.log_failure("wrong name or password", address, known)
        else:
            limits.refund(Counts(), attempts)
        return user


class SignInForm(AuthenticationForm):
    """Django's form; after too many wrong passwords its error states the time to wait."""

    too_often: TooOften | None = None

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except TooOften as error:
            self.too_often = error
            raise _wait_error(error) from error
        return cleaned


class ChangePasswordForm(PasswordChangeForm):
    """Django's form; a wrong old password counts like a wrong password at sign-in."""

    too_often: TooOften | None = None

    def clean_old_password(self) -> str:
        attempts = limits.login_attempts(self.user.get_username(), "")
        try:
            limits.consume(Counts(), attempts, timezone.now())
        except TooOften as error:
            self.too_often = error
            raise _wait_error(error) from error
        password: str = super().clean_old_password()
        limits.refund(Counts(), attempts)
        return password


def _wait_error(error: TooOften) -> ValidationError:
    return ValidationError(f"Too many wrong passwords. Try again in {error.wait}.")


def with_form_status(response: HttpResponse) -> HttpResponse:
    """Sets the status of a page with one of these forms: 400 for an error, 429 for a limit."""
    context: dict[str, Any] = getattr(response, "context_data", None) or {}
    form = context.get("form")
    if isinstance(form, SignInForm | ChangePasswordForm) and form.errors:
        response.status_code = 400
        if form.too_often:
            response.status_code = 429
            response["Retry-After"] = str(form.too_often.seconds)
    return response
