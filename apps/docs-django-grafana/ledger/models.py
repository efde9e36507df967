"""One table: what came in and what went out, and who booked it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

LEAST = Decimal("0.01")
MOST = Decimal("1000000.00")
NOTE_LENGTH = 120
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(models.TextChoices):
    """What a transaction is; its amount is always positive, the kind gives the direction."""

    DEPOSIT = "deposit", "Deposit"
    SALE = "sale", "Sale"
    REFUND = "refund", "Refund"
    FEE = "fee", "Fee"
    WITHDRAWAL = "withdrawal", "Withdrawal"


INCOMING = frozenset({Kind.DEPOSIT, Kind.SALE})


def not_in_the_future(time: datetime) -> None:
    """A booking happened; a minute of difference between two clocks is forgiven."""
    if time > timezone.now() + timedelta(minutes=1):
        raise ValidationError("This is in the future: a transaction has already happened.")


def not_long_ago(time: datetime) -> None:
    if time < EARLIEST:
        raise ValidationError(f"This is before {EARLIEST:%Y}.")


class Transaction(models.Model):
    """One booking, in euros."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="transactions"
    )
    type = models.CharField(max_length=10, choices=Kind)
    amount = models.DecimalField(
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(LEAST), MaxValueValidator(MOST)],
        help_text="in euros, always positive",
    )
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    time = models.DateTimeField(
        default=timezone.now,
        validators=[not_long_ago, not_in_the_future],
        help_text="when it happened, UTC",
    )

    class Meta:
        ordering = ["-time", "-id"]
        indexes = [
            models.Index(fields=["-time", "-id"], name="newest_first"),
            models.Index(fields=["user", "-time"], name="newest_of_user"),
            models.Index(fields=["type", "-time"], name="newest_of_type"),
        ]
        constraints = [
            # The rule holds for whoever writes, also past the forms.
            models.CheckConstraint(
                condition=models.Q(amount__gte=LEAST, amount__lte=MOST), name="amount_in_range"
            ),
            models.CheckConstraint(condition=models.Q(type__in=Kind.values), name="type_known"),
            models.CheckConstraint(condition=models.Q(time__gte=EARLIEST), name="time_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} of {self.amount} € by {self.user}"

    @property
    def signed(self) -> Decimal:
        """The amount with the direction of its type."""
        return self.amount if self.type in INCOMING else -self.amount
