"""The parts that all JSON API endpoints share: method dispatch, body parsing, error responses."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeGuard

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

type Handler = Callable[..., HttpResponse]


@dataclass(frozen=True)
class FieldError:
    """An error in one field: `path` is dotted (`nodes.2.label`), empty for the whole body."""

    path: str
    message: str


class ApiError(Exception):
    """A request that cannot be served; `endpoint` turns it into a JSON error response."""

    def __init__(
        self,
        status: int,
        title: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.errors = tuple(errors)
        self.headers = headers


def error_response(error: ApiError) -> JsonResponse:
    """`{"title": str, "errors": [{"path": str, "message": str}]}`."""
    errors = [{"path": each.path, "message": each.message} for each in error.errors]
    body = {"title": error.title, "errors": errors}
    return JsonResponse(body, status=error.status, headers=error.headers)


def endpoint(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A view that dispatches each HTTP method (`GET=…, PUT=…`) to its handler.

    An `ApiError` becomes a JSON response. No response of the API may be cached.
    """
    allowed = ", ".join(sorted({*handlers, "HEAD"} if "GET" in handlers else handlers))

    def view(request: HttpRequest, **arguments: object) -> HttpResponse:
        handler = handlers.get("GET" if request.method == "HEAD" else str(request.method))
        if handler is None:
            title = f"This address does not take {request.method}."
            return error_response(ApiError(405, title, headers={"Allow": allowed}))
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
        raise ApiError(415, "Send the body as application/json.")
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise ApiError(413, "This is too large to be saved.") from error
    try:
        return json.loads(body, parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "The body is not valid JSON.") from error


def read_object(request: HttpRequest) -> dict[str, object]:
    """The parsed body, which must be an object; raises `ApiError` as `read_json` does, or 400."""
    data = read_json(request)
    if not is_object(data):
        raise ApiError(400, "Send one object.")
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
    error = ApiError(
        403, "The page's security token is missing or too old.", [FieldError("csrf", reason)]
    )
    return error_response(error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's `handler400`, for requests rejected before any view, such as a forged Host."""
    if request.path_info.startswith("/api/"):
        return error_response(ApiError(400, "This request can't be understood."))
    return render(request, "400.html", status=400)


def not_found(_: HttpRequest) -> HttpResponse:
    """The 404 response for every other path below `/api/`."""
    return error_response(ApiError(404, "There is nothing at this address."))
