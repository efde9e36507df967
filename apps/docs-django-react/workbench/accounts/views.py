"""Who is there: signing in and out, and changing the password."""

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse

from appkit.limits import TooOften
from workbench.accounts.writers import may_write
from workbench.api import Fault, Refusal, endpoint, read_object
from workbench.text import is_one_line

MAX_NAME = 150
MAX_PASSWORD = 1024


def _session(request: HttpRequest) -> HttpResponse:
    """`{"user": {"name": str} | null, "mayWrite": bool}`."""
    name = request.user.get_username()
    return JsonResponse({"user": {"name": name} if name else None, "mayWrite": may_write(request)})


def _sign_in(request: HttpRequest) -> HttpResponse:
    """`{"name": str, "password": str}`; 422 says which is missing, and never which is wrong."""
    data = read_object(request)
    name = _text(data, "name", "Give your name.", MAX_NAME)
    password = _text(data, "password", "Give your password.", MAX_PASSWORD)
    user = _owner(request, name, password)
    if user is None:
        fault = Fault("password", "The name or the password is wrong.")
        raise Refusal(422, "You are not signed in.", [fault])
    login(request, user)
    return _session(request)


def _sign_out(request: HttpRequest) -> HttpResponse:
    """The session's row is deleted: its cookie is worth nothing afterwards, whoever has it."""
    logout(request)
    return _session(request)


def _change_password(request: HttpRequest) -> HttpResponse:
    """`{"current": str, "new": str}`; every other session of this user ends."""
    user = request.user
    if not isinstance(user, User):
        raise Refusal(401, "Sign in first.")
    data = read_object(request)
    current = _text(data, "current", "Give the password that you have now.", MAX_PASSWORD)
    new = _text(data, "new", "Give the new password.", MAX_PASSWORD)
    if _owner(request, user.username, current) is None:
        fault = Fault("current", "This is not your password.")
        raise Refusal(422, "The password is still the old one.", [fault])
    _change(user, new)
    update_session_auth_hash(request, user)
    return HttpResponse(status=204)


def _text(data: dict[str, object], field: str, missing: str, limit: int) -> str:
    value = data.get(field)
    if not isinstance(value, str) or not value:
        raise Refusal(422, missing, [Fault(field, missing)])
    if len(value) > limit or not is_one_line(value):
        raise Refusal(
            422, "This can't be right.", [Fault(field, f"Use one line of at most {limit}.")]
        )
    return value


def _owner(request: HttpRequest, name: str, password: str) -> User | None:
    try:
        user = authenticate(request, username=name, password=password)
    except TooOften as error:
        raise Refusal(
            429,
            f"Too many wrong passwords. Try again in {error.wait}.",
            headers={"Retry-After": str(error.seconds)},
        ) from error
    return user if isinstance(user, User) else None


def _change(user: User, new: str) -> None:
    """Ends every session of this user. A `Refusal` (422) names what is wrong with the password."""
    try:
        validate_password(new, user)
    except ValidationError as error:
        faults = [Fault("new", message) for message in error.messages]
        raise Refusal(422, "This can't be the password.", faults) from error
    user.set_password(new)
    user.save(update_fields=["password"])


session = endpoint(GET=_session, POST=_sign_in, DELETE=_sign_out)
password = endpoint(PUT=_change_password)
