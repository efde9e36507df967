"""What belongs to an account besides its name and password: sessions and API tokens."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

NAME_LENGTH = 40


class Session(AbstractBaseSession):
    """A session that knows whose it is, so that an account can end all of its own."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )


class ApiToken(models.Model):
    """A key for the API; only its digest is kept, so that nobody can read it again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=NAME_LENGTH, help_text="what it is for")
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
