"""What every endpoint of the JSON API shares: one shape of answer, one shape of refusal."""

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
class Fault:
    """One thing that is wrong: `path` is dotted (`nodes.2.label`), empty for the whole."""

    path: str
    message: str


class Refusal(Exception):
    """A request that is answered with a reason instead of a result."""

    def __init__(
        self,
        status: int,
        title: str,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.faults = tuple(faults)
        self.headers = headers


def refusal_response(refusal: Refusal) -> JsonResponse:
    """`{"title": str, "errors": [{"path": str, "message": str}]}`."""
    errors = [{"path": fault.path, "message": fault.message} for fault in refusal.faults]
    body = {"title": refusal.title, "errors": errors}
    return JsonResponse(body, status=refusal.status, headers=refusal.headers)


def endpoint(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A view that hands each method (`GET=…, PUT=…`) to its function.

    A `Refusal` becomes its JSON; no answer of the API is ever kept by a cache.
    """
    allowed = ", ".join(sorted({*handlers, "HEAD"} if "GET" in handlers else handlers))

    def view(request: HttpRequest, **arguments: object) -> HttpResponse:
        handler = handlers.get("GET" if request.method == "HEAD" else str(request.method))
        if handler is None:
            title = f"This address does not take {request.method}."
            return refusal_response(Refusal(405, title, headers={"Allow": allowed}))
        try:
            response = handler(request, **arguments)
        except Refusal as refusal:
            response = refusal_response(refusal)
        response["Cache-Control"] = "no-store"
        return response

    return view


def read_json(request: HttpRequest) -> object:
    """The body of a request; a `Refusal` (413, 415, 400) when it is not JSON that we take."""
    if request.content_type != "application/json":
        raise Refusal(415, "Send the body as application/json.")
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise Refusal(413, "This is too large to be saved.") from error
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "The body is not valid JSON.") from error


def read_object(request: HttpRequest) -> dict[str, object]:
    """The body, when it is one JSON object; a `Refusal` as by `read_json`, or 400."""
    data = read_json(request)
    if not is_object(data):
        raise Refusal(400, "Send one object.")
    return data


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """JSON keys are always text."""
    return isinstance(value, dict)


def _refuse_constant(name: str) -> NoReturn:
    """Python reads NaN and Infinity, which JSON does not know and Postgres does not store."""
    raise ValueError(name)


def csrf(request: HttpRequest) -> HttpResponse:
    """The token for `X-CSRFToken`; its cookie is HttpOnly, so a script has to ask."""
    return JsonResponse({"token": get_token(request)})


def csrf_failure(_: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF check said no; the page then asks for a new token and tries once more."""
    refusal = Refusal(
        403, "The page's security token is missing or too old.", [Fault("csrf", reason)]
    )
    return refusal_response(refusal)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's `handler400`: what it refuses by itself, such as a forged Host, before any view."""
    if request.path_info.startswith("/api/"):
        return refusal_response(Refusal(400, "This request can't be understood."))
    return render(request, "400.html", status=400)


def unknown(_: HttpRequest) -> HttpResponse:
    """Anything else below `/api/`."""
    return refusal_response(Refusal(404, "There is nothing at this address."))
