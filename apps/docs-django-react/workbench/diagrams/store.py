"""Saving and loading diagrams: the rules that need the database."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from workbench.api import Fault, Refusal
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import Drawing

# Anybody may draw here, so there is an end to it.
MAX_DIAGRAMS = 500


def find(pk: UUID) -> Diagram:
    """The diagram, or a `Refusal` with 404."""
    diagram = Diagram.objects.filter(pk=pk).first()
    if diagram is None:
        raise Refusal(404, "This diagram does not exist, or was deleted.")
    return diagram


def create(drawing: Drawing) -> Diagram:
    """A new diagram; a `Refusal` with 409 when there are `MAX_DIAGRAMS` already."""
    if Diagram.objects.count() >= MAX_DIAGRAMS:
        raise Refusal(409, f"There are {MAX_DIAGRAMS} diagrams already. Delete one first.")
    return Diagram.objects.create(
        name=drawing.name, nodes=drawing.node_rows(), edges=drawing.edge_rows()
    )


@transaction.atomic
def save(pk: UUID, drawing: Drawing, version: int) -> Diagram:
    """Replace a diagram that is still at `version`; a `Refusal` with 404 or 409 otherwise.

    The version is compared in the statement that writes, so of two people only one wins.
    """
    current = find(pk)
    saved = version == current.version and (
        Diagram.objects.filter(pk=pk, version=version).update(
            name=drawing.name,
            nodes=drawing.node_rows(),
            edges=drawing.edge_rows(),
            version=F("version") + 1,
            updated_at=timezone.now(),
        )
    )
    if not saved:
        fault = Fault("version", "Load the newer one, or save yours over it.")
        raise Refusal(409, "Somebody else has saved this diagram in the meantime.", [fault])
    return find(pk)


def delete(pk: UUID) -> None:
    """A `Refusal` with 404 when there is no such diagram."""
    find(pk).delete()
