import re
from collections.abc import Callable
from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from workbench.accounts.writers import writer
from workbench.api import Fault, Refusal, endpoint, read_object
from workbench.diagrams import store
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import (
    MAX_NAME,
    InvalidDrawing,
    parse_drawing,
    parse_name,
)
from workbench.text import is_one_line

# More than `store.MAX_DIAGRAMS` fill.
PAGE = re.compile(r"[1-9][0-9]{0,3}")


class Heading(TypedDict):
    """A diagram without its drawing; `savedBy` is empty for a visitor, `updatedAt` is ISO 8601."""

    id: str
    name: str
    version: int
    savedBy: str
    updatedAt: str


def _heading(diagram: Diagram) -> Heading:
    return Heading(
        id=str(diagram.pk),
        name=diagram.name,
        version=diagram.version,
        savedBy=diagram.saved_by,
        updatedAt=diagram.updated_at.isoformat(),
    )


def _whole(diagram: Diagram, status: int = 200) -> HttpResponse:
    body = {**_heading(diagram), "nodes": diagram.nodes, "edges": diagram.edges}
    return JsonResponse(body, status=status)


def _read[T](data: dict[str, object], parse: Callable[[dict[str, object]], T]) -> T:
    try:
        return parse(data)
    except InvalidDrawing as error:
        raise Refusal(422, "The diagram can't be saved like this.", error.faults) from error


def _version(data: dict[str, object]) -> int:
    """The version that was drawn over."""
    version = data.get("version")
    if isinstance(version, int) and not isinstance(version, bool):
        return version
    fault = Fault("version", "Say which version this was drawn over.")
    raise Refusal(422, "The diagram can't be saved like this.", [fault])


def _list(request: HttpRequest) -> HttpResponse:
    """`?page=1&q=text`: a page of those whose name holds the text, the last saved first."""
    number, search = request.GET.get("page", "1"), request.GET.get("q", "").strip()
    if not PAGE.fullmatch(number):
        raise Refusal(400, "There is no such page.", [Fault("page", "Pages count from 1.")])
    if len(search) > MAX_NAME or not is_one_line(search):
        fault = Fault("q", f"Use one line of at most {MAX_NAME} characters.")
        raise Refusal(400, "Nothing can be found with this.", [fault])
    page = store.listed(int(number), search)
    rows = [{**_heading(diagram), "shapes": len(diagram.nodes)} for diagram in page.diagrams]
    return JsonResponse(
        {"diagrams": rows, "page": page.number, "pages": page.pages, "total": page.total}
    )


def _create(request: HttpRequest) -> HttpResponse:
    by = writer(request)
    diagram = store.create(_read(read_object(request), parse_drawing), by)
    response = _whole(diagram, status=201)
    response["Location"] = reverse("api-diagram", kwargs={"pk": diagram.pk})
    return response


def _show(_: HttpRequest, pk: UUID) -> HttpResponse:
    return _whole(store.find(pk))


def _save(request: HttpRequest, pk: UUID) -> HttpResponse:
    by = writer(request)
    data = read_object(request)
    return _whole(store.save(pk, _read(data, parse_drawing), _version(data), by))


def _rename(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`{"name": str, "version": int}`."""
    by = writer(request)
    data = read_object(request)
    return _whole(store.rename(pk, _read(data, parse_name), _version(data), by))


def _delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    writer(request)
    store.delete(pk)
    return HttpResponse(status=204)


diagrams = endpoint(GET=_list, POST=_create)
diagram = endpoint(GET=_show, PUT=_save, PATCH=_rename, DELETE=_delete)
