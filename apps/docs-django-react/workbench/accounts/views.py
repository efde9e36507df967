"""Endpoints for the session (sign in, sign out) and for the password."""

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse

from appkit.limits import TooOften
from workbench.accounts.writers import may_write
from workbench.api import ApiError, FieldError, endpoint, read_object
from workbench.text import is_one_line

MAX_NAME = 150
MAX_PASSWORD = 1024


def _session(request: HttpRequest) -> HttpResponse:
    """`{"user": {"name": str} | null, "mayWrite": bool}`."""
    name = request.user.get_username()
    return JsonResponse({"user": {"name": name} if name else None, "mayWrite": may_write(request)})


def _sign_in(request: HttpRequest) -> HttpResponse:
    """`{"name": str, "password": str}`; 422 does not tell which of the two is wrong."""
    data = read_object(request)
    name = _read_text(data, "name", "Give your name.", MAX_NAME)
    password = _read_text(data, "password", "Give your password.", MAX_PASSWORD)
    user = _authenticate(request, name, password)
    if user is None:
        field_error = FieldError("password", "The name or the password is wrong.")
        raise ApiError(422, "You are not signed in.", [field_error])
    login(request, user)
    return _session(request)


def _sign_out(request: HttpRequest) -> HttpResponse:
    """Deletes the session from the database, so that a copied cookie no longer works."""
    logout(request)
    return _session(request)


def _change_password(request: HttpRequest) -> HttpResponse:
    """`{"current": str, "new": str}`; ends every other session of this user."""
    user = request.user
    if not isinstance(user, User):
        raise ApiError(401, "Sign in first.")
    data = read_object(request)
    current = _read_text(data, "current", "Give the password that you have now.", MAX_PASSWORD)
    new = _read_text(data, "new", "Give the new password.", MAX_PASSWORD)
    if _authenticate(request, user.username, current) is None:
        field_error = FieldError("current", "This is not your password.")
        raise ApiError(422, "The password is still the old one.", [field_error])
    _set_password(user, new)
    update_session_auth_hash(request, user)
    return HttpResponse(status=204)


def _read_text(data: dict[str, object], field: str, missing: str, limit: int) -> str:
    value = data.get(field)
    if not isinstance(value, str) or not value:
        raise ApiError(422, missing, [FieldError(field, missing)])
    if len(value) > limit or not is_one_line(value):
        raise ApiError(
            422, "This can't be right.", [FieldError(field, f"Use one line of at most {limit}.")]
        )
    return value


def _authenticate(request: HttpRequest, name: str, password: str) -> User | None:
    try:
        user = authenticate(request, username=name, password=password)
    except TooOften as error:
        raise ApiError(
            429,
            f"Too many wrong passwords. Try again in {error.wait}.",
            headers={"Retry-After": str(error.seconds)},
        ) from error
    return user if isinstance(user, User) else None


def _set_password(user: User, new: str) -> None:
    """Sets the password, which ends every session; `ApiError` (422) lists why it is not valid."""
    try:
        validate_password(new, user)
    except ValidationError as error:
        errors = [FieldError("new", message) for message in error.messages]
        raise ApiError(422, "This can't be the password.", errors) from error
    user.set_password(new)
    user.save(update_fields=["password"])


session = endpoint(GET=_session, POST=_sign_in, DELETE=_sign_out)
password = endpoint(PUT=_change_password)
