"""The diagrams that the editor draws."""

import uuid

from django.db import models


class Diagram(models.Model):
    """`nodes` and `edges` hold what `rules.parse_drawing` let through, and nothing else.

    `version` counts the times it was saved: who saves says which one they started from.
    `saved_by` is the name of who saved it last, empty for a visitor. It outlives the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    nodes = models.JSONField()
    edges = models.JSONField()
    saved_by = models.CharField(max_length=150, blank=True, db_default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated_at", "id")

    def __str__(self) -> str:
        return self.name
