from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from workbench.api import Fault, Refusal, endpoint, read_json
from workbench.diagrams import store
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import Drawing, InvalidDrawing, is_object, parse_drawing


class Heading(TypedDict):
    """A diagram without its drawing; `updatedAt` is ISO 8601 with its offset."""

    id: str
    name: str
    version: int
    updatedAt: str


def _heading(diagram: Diagram) -> Heading:
    return Heading(
        id=str(diagram.pk),
        name=diagram.name,
        version=diagram.version,
        updatedAt=diagram.updated_at.isoformat(),
    )


def _whole(diagram: Diagram, status: int = 200) -> HttpResponse:
    body = {**_heading(diagram), "nodes": diagram.nodes, "edges": diagram.edges}
    return JsonResponse(body, status=status)


def _read(request: HttpRequest) -> tuple[Drawing, object]:
    """The drawing, and the version that it was drawn over."""
    data = read_json(request)
    if not is_object(data):
        raise Refusal(400, "Send one object.")
    try:
        return parse_drawing(data), data.get("version")
    except InvalidDrawing as error:
        raise Refusal(422, "The diagram can't be saved like this.", error.faults) from error


def _list(_: HttpRequest) -> HttpResponse:
    diagrams = Diagram.objects.defer("edges")
    rows = [{**_heading(diagram), "shapes": len(diagram.nodes)} for diagram in diagrams]
    return JsonResponse({"diagrams": rows})


def _create(request: HttpRequest) -> HttpResponse:
    drawing, _ = _read(request)
    diagram = store.create(drawing)
    response = _whole(diagram, status=201)
    response["Location"] = reverse("api-diagram", kwargs={"pk": diagram.pk})
    return response


def _show(_: HttpRequest, pk: UUID) -> HttpResponse:
    return _whole(store.find(pk))


def _save(request: HttpRequest, pk: UUID) -> HttpResponse:
    drawing, version = _read(request)
    if not isinstance(version, int) or isinstance(version, bool):
        fault = Fault("version", "Say which version this was drawn over.")
        raise Refusal(422, "The diagram can't be saved like this.", [fault])
    return _whole(store.save(pk, drawing, version))


def _delete(_: HttpRequest, pk: UUID) -> HttpResponse:
    store.delete(pk)
    return HttpResponse(status=204)


diagrams = endpoint(GET=_list, POST=_create)
diagram = endpoint(GET=_show, PUT=_save, DELETE=_delete)
