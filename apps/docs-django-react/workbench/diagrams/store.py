"""Loading and saving diagrams: the rules that need the database."""

from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from workbench.api import ApiError, field_error
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import Drawing
from workbench.messages import Message

# Limits the storage where visitors may create diagrams. Concurrent requests can exceed it by a few.
MAX_DIAGRAMS = 500
PAGE_SIZE = 12


class Page(NamedTuple):
    """One page of the list; `number` counts from 1, `total` counts the diagrams of all pages."""

    diagrams: list[Diagram]
    number: int
    pages: int
    total: int


def list_page(number: int, search: str = "") -> Page:
    """Diagrams whose name contains `search`, last saved first; past the end, the last page."""
    found = Diagram.objects.defer("edges").filter(name__icontains=search)
    pages = Paginator(found, PAGE_SIZE)
    page = pages.get_page(number)
    return Page(list(page), page.number, pages.num_pages, pages.count)


def find(pk: UUID) -> Diagram:
    """The diagram; raises `ApiError` (404) if there is none."""
    diagram = Diagram.objects.filter(pk=pk).first()
    if diagram is None:
        raise ApiError(404, Message.DIAGRAM_NOT_FOUND)
    return diagram


def create(drawing: Drawing, saved_by: str = "") -> Diagram:
    """Creates a diagram; raises `ApiError` (409) if there are `MAX_DIAGRAMS` already."""
    if Diagram.objects.count() >= MAX_DIAGRAMS:
        raise ApiError(409, Message.DIAGRAM_LIMIT, limit=MAX_DIAGRAMS)
    return Diagram.objects.create(
        name=drawing.name, nodes=drawing.node_rows(), edges=drawing.edge_rows(), saved_by=saved_by
    )


def save(pk: UUID, drawing: Drawing, version: int, saved_by: str = "") -> Diagram:
    """Replaces a diagram; raises `ApiError` (404, 409) if it is gone or not at `version`."""
    return _change(
        pk,
        version,
        saved_by,
        name=drawing.name,
        nodes=drawing.node_rows(),
        edges=drawing.edge_rows(),
    )


def rename(pk: UUID, name: str, version: int, saved_by: str = "") -> Diagram:
    """Changes only the name, under the same condition as `save`."""
    return _change(pk, version, saved_by, name=name)


@transaction.atomic
def delete(pk: UUID, version: int) -> None:
    """Deletes a diagram, under the same condition as `save`."""
    _require_version(find(pk), version)
    deleted, _ = Diagram.objects.filter(pk=pk, version=version).delete()
    if not deleted:
        raise _conflict(find(pk))


@transaction.atomic
def _change(pk: UUID, version: int, saved_by: str, **fields: Any) -> Diagram:
    """The UPDATE itself compares the version, so that only one of two concurrent saves succeeds."""
    _require_version(find(pk), version)
    saved = Diagram.objects.filter(pk=pk, version=version).update(
        **fields, saved_by=saved_by, version=F("version") + 1, updated_at=timezone.now()
    )
    if not saved:
        raise _conflict(find(pk))
    return find(pk)


def _require_version(current: Diagram, version: int) -> None:
    """A query could not compare a version that is too large for the column."""
    if current.version != version:
        raise _conflict(current)


def _conflict(current: Diagram) -> ApiError:
    author = current.saved_by or "Somebody else"
    outdated = field_error("version", Message.LOAD_OR_OVERWRITE)
    return ApiError(409, Message.VERSION_CONFLICT, [outdated], author=author)
