"""Endpoints for the session (sign in, sign out) and for the password."""

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from appkit.limits import TooOften
from workbench.accounts.writers import may_write
from workbench.api import ApiError, FieldError, endpoint, field_error, read_object
from workbench.messages import Message
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
    name = _read_text(data, "name", Message.USER_NAME_REQUIRED, MAX_NAME)
    password = _read_text(data, "password", Message.PASSWORD_REQUIRED, MAX_PASSWORD)
    user = _authenticate(request, name, password)
    if user is None:
        wrong = field_error("password", Message.WRONG_CREDENTIALS)
        raise ApiError(422, Message.SIGN_IN_FAILED, [wrong])
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
        raise ApiError(401, Message.SIGN_IN_REQUIRED)
    data = read_object(request)
    current = _read_text(data, "current", Message.CURRENT_PASSWORD_REQUIRED, MAX_PASSWORD)
    new = _read_text(data, "new", Message.NEW_PASSWORD_REQUIRED, MAX_PASSWORD)
    checked = _authenticate(request, user.username, current)
    with transaction.atomic():
        stored = User.objects.select_for_update().get(pk=user.pk)
        # Another request may have changed it after this one has checked the current one.
        if checked is None or stored.password != checked.password:
            wrong = field_error("current", Message.WRONG_PASSWORD)
            raise ApiError(422, Message.PASSWORD_NOT_CHANGED, [wrong])
        _set_password(stored, new)
    # Also gives this session a new key and cookie.
    update_session_auth_hash(request, stored)
    return HttpResponse(status=204)


def _read_text(data: dict[str, object], field: str, missing: Message, limit: int) -> str:
    value = data.get(field)
    if not isinstance(value, str) or not value:
        raise ApiError(422, missing, [field_error(field, missing)])
    if len(value) > limit or not is_one_line(value):
        invalid = field_error(field, Message.INVALID_LINE, limit=limit)
        raise ApiError(422, Message.INVALID_FIELD, [invalid])
    return value


def _authenticate(request: HttpRequest, name: str, password: str) -> User | None:
    try:
        user = authenticate(request, username=name, password=password)
    except TooOften as error:
        raise ApiError(
            429,
            Message.TOO_MANY_WRONG_PASSWORDS,
            headers={"Retry-After": str(error.seconds)},
            wait=error.wait,
        ) from error
    return user if isinstance(user, User) else None


def _set_password(user: User, new: str) -> None:
    """Sets the password, which ends every session; raises `ApiError` (422) if it is too weak."""
    try:
        validate_password(new, user)
    except ValidationError as error:
        errors = [FieldError("new", str(each.code), each.messages[0]) for each in error.error_list]
        raise ApiError(422, Message.PASSWORD_NOT_CHANGED, errors) from error
    user.set_password(new)
    user.save(update_fields=["password"])


session = endpoint(GET=_session, POST=_sign_in, DELETE=_sign_out)
password = endpoint(PUT=_change_password)
