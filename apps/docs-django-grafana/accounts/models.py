"""The sessions and the API tokens of an account."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

MAX_NAME_LENGTH = 40


class Session(AbstractBaseSession):
    """A session with a link to its account, so that an account can end all of its sessions."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )


class ApiToken(models.Model):
    """An API token. Only the digest of its key is stored, so the key cannot be shown again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH, help_text="what it is for")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key, in hex")
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True, help_text="to the minute")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="token_name_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
