"""The parts that all JSON API endpoints share: method dispatch, body parsing, error responses."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NoReturn, TypeGuard

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from appkit.django.refusals import status_of
from workbench.messages import Message

type Handler = Callable[..., HttpResponse]


@dataclass(frozen=True)
class FieldError:
    """An error in one field. `path` is dotted (`nodes.2.label`).

    `code` identifies the kind of error, and `values` are what its sentence `message` contains.
    """

    path: str
    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


def field_error(path: str, message: Message, **values: object) -> FieldError:
    return FieldError(path, message.code, message.text(values), values)


class ApiError(Exception):
    """A request that cannot be served; `endpoint` turns it into a JSON error response."""

    def __init__(
        self,
        status: int,
        message: Message,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(message.text(values))
        self.status = status
        self.code = message.code
        self.errors = tuple(errors)
        self.headers = headers


def error_response(error: ApiError) -> JsonResponse:
    """`{"code": str, "title": str, "errors": [{"path": str, "code": str, "message": str}]}`."""
    errors = [
        {"path": each.path, "code": each.code, "message": each.message} for each in error.errors
    ]
    body = {"code": error.code, "title": str(error), "errors": errors}
    return JsonResponse(body, status=error.status, headers=error.headers)


def endpoint(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A view that dispatches each HTTP method (`GET=…, PUT=…`) to its handler.

    An `ApiError` becomes a JSON response. No response of the API may be cached.
    """
    allowed = ", ".join(sorted({*handlers, "HEAD"} if "GET" in handlers else handlers))

    def view(request: HttpRequest, **arguments: object) -> HttpResponse:
        handler = handlers.get("GET" if request.method == "HEAD" else str(request.method))
        if handler is None:
            message, headers = Message.METHOD_NOT_ALLOWED, {"Allow": allowed}
            return error_response(ApiError(405, message, headers=headers, method=request.method))
        try:
            response = handler(request, **arguments)
        except ApiError as error:
            response = error_response(error)
        response["Cache-Control"] = "no-store"
        return response

    return view


def read_json(request: HttpRequest) -> object:
    """The parsed body; raises `ApiError` (413, 415, 400) if it is too large or not JSON."""
    if request.content_type != "application/json":
        raise ApiError(415, Message.UNSUPPORTED_MEDIA_TYPE)
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise ApiError(413, Message.DATA_TOO_LARGE) from error
    try:
        return json.loads(body, parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, Message.INVALID_JSON) from error


def read_object(request: HttpRequest) -> dict[str, object]:
    """The parsed body, which must be an object; raises `ApiError` as `read_json` does, or 400."""
    data = read_json(request)
    if not is_object(data):
        raise ApiError(400, Message.BODY_NOT_AN_OBJECT)
    return data


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Narrows a parsed JSON value: the keys of a JSON object are always strings."""
    return isinstance(value, dict)


def _reject_constant(name: str) -> NoReturn:
    """Rejects NaN and Infinity: `json` accepts them, JSON and Postgres do not."""
    raise ValueError(name)


def csrf(request: HttpRequest) -> HttpResponse:
    """The token for `X-CSRFToken`; scripts fetch it here because its cookie is HttpOnly."""
    return JsonResponse({"token": get_token(request)})


def csrf_failure(_: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's `CSRF_FAILURE_VIEW`; the front end then fetches a new token and retries once."""
    message = Message.CSRF_FAILED
    return error_response(ApiError(403, message, [FieldError("csrf", message.code, reason)]))


_REFUSALS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Message.DATA_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Message.UNSUPPORTED_MEDIA_TYPE,
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler400`, for requests rejected before any view, such as a forged Host."""
    status = status_of(exception)
    if request.path_info.startswith("/api/"):
        return error_response(ApiError(status, _REFUSALS.get(status, Message.BAD_REQUEST)))
    return HttpResponse(render_to_string("400.html", {"status": status}), status=status)


def not_found(_: HttpRequest) -> HttpResponse:
    """The 404 response for every other path below `/api/`."""
    return error_response(ApiError(404, Message.UNKNOWN_URL))
