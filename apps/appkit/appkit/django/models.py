"""The tables that all Django applications have."""

from django.db import models


class Allowance(models.Model):
    """The count of a limited action in the current window; see `appkit.limits`."""

    key = models.CharField(max_length=64, primary_key=True)
    spent = models.IntegerField()
    until = models.BigIntegerField(
        db_index=True, help_text="end of the window, in seconds since 1970"
    )

    def __str__(self) -> str:
        return f"{self.spent} until {self.until}"


class Revision(models.Model):
    """The state of a group of tables; see `appkit.django.revisions`."""

    name = models.CharField(max_length=40, primary_key=True)
    token = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.name} at {self.token}"
