"""The SQL statistics, to which all replicas add."""

from django.db import models


class Statement(models.Model):
    """One redacted statement and its executions; durations are in milliseconds."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the text, in hex")
    text = models.TextField()
    count = models.BigIntegerField()
    total_ms = models.FloatField()
    slowest_ms = models.FloatField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    def __str__(self) -> str:
        return self.text
