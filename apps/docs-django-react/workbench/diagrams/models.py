import uuid

from django.db import models


class Diagram(models.Model):
    """A flow chart; `nodes` and `edges` hold only data validated by `rules.parse_drawing`.

    `version` increases with each save; a save must name the version that it is based on.
    `saved_by` is the user name of the last save, empty for a visitor; it is plain text, so that
    it remains when the account is deleted.
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
