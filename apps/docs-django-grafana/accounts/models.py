"""The sessions and the API tokens of an account."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

MAX_NAME_LENGTH = 40
DEFAULT_LIFETIME = timedelta(days=90)
"""The time until a token expires if its owner does not choose one."""


class Session(AbstractBaseSession):
    """A session with a link to its account, so that an account can end all of its sessions."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )


class Scope(models.TextChoices):
    """The operations that a token allows."""

    READ = "read", "Read only"
    WRITE = "write", "Read and book"


class ApiToken(models.Model):
    """An API token. Only the digest of its key is stored, so the key cannot be shown again.

    `expires` is null only if an earlier release created the token; see `expiry`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH, help_text="what it is for")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key, in hex")
    # The default in the database is for an earlier release, which does not know the column.
    scope = models.CharField(max_length=5, choices=Scope, db_default=Scope.WRITE)
    expires = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True, help_text="to the minute")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="token_name_of_user"),
            models.CheckConstraint(
                condition=models.Q(scope__in=Scope.values), name="token_scope_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"

    @property
    def expiry(self) -> datetime:
        return self.expires or self.created + DEFAULT_LIFETIME

    @property
    def expired(self) -> bool:
        return self.expiry <= timezone.now()
