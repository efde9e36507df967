"""Saving and loading diagrams: the rules that need the database."""

from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from workbench.api import Fault, Refusal
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import Drawing

# Where anybody may draw there must be an end to it. Many at once may pass it by a few.
MAX_DIAGRAMS = 500
PAGE_SIZE = 12


class Page(NamedTuple):
    """One page of the list; `number` counts from 1, and `total` is that of all pages."""

    diagrams: list[Diagram]
    number: int
    pages: int
    total: int


def listed(number: int, search: str = "") -> Page:
    """The diagrams whose name holds `search`, the last saved first; a late page is the last one."""
    found = Diagram.objects.defer("edges").filter(name__icontains=search)
    pages = Paginator(found, PAGE_SIZE)
    page = pages.get_page(number)
    return Page(list(page), page.number, pages.num_pages, pages.count)


def find(pk: UUID) -> Diagram:
    """The diagram, or a `Refusal` with 404."""
    diagram = Diagram.objects.filter(pk=pk).first()
    if diagram is None:
        raise Refusal(404, "This diagram does not exist, or was deleted.")
    return diagram


def create(drawing: Drawing, by: str = "") -> Diagram:
    """A new diagram; a `Refusal` with 409 when there are `MAX_DIAGRAMS` already."""
    if Diagram.objects.count() >= MAX_DIAGRAMS:
        raise Refusal(409, f"There are {MAX_DIAGRAMS} diagrams already. Delete one first.")
    return Diagram.objects.create(
        name=drawing.name, nodes=drawing.node_rows(), edges=drawing.edge_rows(), saved_by=by
    )


def save(pk: UUID, drawing: Drawing, version: int, by: str = "") -> Diagram:
    """Replace a diagram that is still at `version`; a `Refusal` with 404 or 409 otherwise."""
    return _change(
        pk, version, by, name=drawing.name, nodes=drawing.node_rows(), edges=drawing.edge_rows()
    )


def rename(pk: UUID, name: str, version: int, by: str = "") -> Diagram:
    """Change nothing but the name, under the same condition as `save`."""
    return _change(pk, version, by, name=name)


@transaction.atomic
def _change(pk: UUID, version: int, by: str, **fields: Any) -> Diagram:
    """The version is compared in the statement that writes, so of two people only one wins."""
    current = find(pk)
    saved = version == current.version and (
        Diagram.objects.filter(pk=pk, version=version).update(
            **fields, saved_by=by, version=F("version") + 1, updated_at=timezone.now()
        )
    )
    if not saved:
        who = find(pk).saved_by or "Somebody else"
        fault = Fault("version", "Load the newer one, or save yours over it.")
        raise Refusal(409, f"{who} has saved this diagram in the meantime.", [fault])
    return find(pk)


def delete(pk: UUID) -> None:
    """A `Refusal` with 404 when there is no such diagram."""
    find(pk).delete()
