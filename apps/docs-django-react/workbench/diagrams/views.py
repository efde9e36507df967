import re
from collections.abc import Callable
from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from workbench.accounts.writers import require_writer
from workbench.api import ApiError, endpoint, field_error, read_object
from workbench.diagrams import store
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import (
    MAX_NAME,
    InvalidDrawing,
    parse_drawing,
    parse_name,
)
from workbench.messages import Message
from workbench.text import is_one_line

# Four digits allow more pages than `store.MAX_DIAGRAMS` diagrams can fill.
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


class DiagramSummary(TypedDict):
    """A diagram without its drawing; `savedBy` is empty for a visitor, `updatedAt` is ISO 8601."""

    id: str
    name: str
    version: int
    savedBy: str
    updatedAt: str


def _summary(diagram: Diagram) -> DiagramSummary:
    return DiagramSummary(
        id=str(diagram.pk),
        name=diagram.name,
        version=diagram.version,
        savedBy=diagram.saved_by,
        updatedAt=diagram.updated_at.isoformat(),
    )


def _diagram_response(diagram: Diagram, status: int = 200) -> HttpResponse:
    body = {**_summary(diagram), "nodes": diagram.nodes, "edges": diagram.edges}
    return JsonResponse(body, status=status)


def _parse[T](data: dict[str, object], parse: Callable[[dict[str, object]], T]) -> T:
    try:
        return parse(data)
    except InvalidDrawing as error:
        raise ApiError(422, Message.INVALID_DIAGRAM, error.errors) from error


def _version(data: dict[str, object]) -> int:
    """The version that the client has seen and wants to change or delete."""
    version = data.get("version")
    if isinstance(version, int) and not isinstance(version, bool):
        return version
    missing = field_error("version", Message.VERSION_REQUIRED)
    raise ApiError(422, Message.INVALID_DIAGRAM, [missing])


def _list(request: HttpRequest) -> HttpResponse:
    """`?page=1&q=text`: one page of the diagrams whose name contains the text."""
    number, search = request.GET.get("page", "1"), request.GET.get("q", "").strip()
    if not PAGE_NUMBER.fullmatch(number):
        invalid = field_error("page", Message.INVALID_PAGE_NUMBER)
        raise ApiError(400, Message.UNKNOWN_PAGE, [invalid])
    if len(search) > MAX_NAME or not is_one_line(search):
        invalid = field_error("q", Message.INVALID_LINE, limit=MAX_NAME)
        raise ApiError(400, Message.INVALID_SEARCH, [invalid])
    page = store.list_page(int(number), search)
    rows = [{**_summary(diagram), "shapes": len(diagram.nodes)} for diagram in page.diagrams]
    return JsonResponse(
        {"diagrams": rows, "page": page.number, "pages": page.pages, "total": page.total}
    )


def _create(request: HttpRequest) -> HttpResponse:
    user_name = require_writer(request)
    diagram = store.create(_parse(read_object(request), parse_drawing), user_name)
    response = _diagram_response(diagram, status=201)
    response["Location"] = reverse("api-diagram", kwargs={"pk": diagram.pk})
    return response


def _show(_: HttpRequest, pk: UUID) -> HttpResponse:
    return _diagram_response(store.find(pk))


def _save(request: HttpRequest, pk: UUID) -> HttpResponse:
    user_name = require_writer(request)
    data = read_object(request)
    return _diagram_response(store.save(pk, _parse(data, parse_drawing), _version(data), user_name))


def _rename(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`{"name": str, "version": int}`."""
    user_name = require_writer(request)
    data = read_object(request)
    return _diagram_response(store.rename(pk, _parse(data, parse_name), _version(data), user_name))


def _delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`{"version": int}`."""
    require_writer(request)
    store.delete(pk, _version(read_object(request)))
    return HttpResponse(status=204)


diagrams = endpoint(GET=_list, POST=_create)
diagram = endpoint(GET=_show, PUT=_save, PATCH=_rename, DELETE=_delete)
