"""The transactions: money in, money out, and the account that booked it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

MIN_AMOUNT = Decimal("0.01")
MAX_AMOUNT = Decimal("1000000.00")
MAX_NOTE_LENGTH = 120
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(models.TextChoices):
    """The type of a transaction. Amounts are always positive; the type gives the direction."""

    DEPOSIT = "deposit", "Deposit"
    SALE = "sale", "Sale"
    REFUND = "refund", "Refund"
    FEE = "fee", "Fee"
    WITHDRAWAL = "withdrawal", "Withdrawal"


INCOMING = frozenset({Kind.DEPOSIT, Kind.SALE})


def validate_not_in_future(time: datetime) -> None:
    """Allows one minute, because the clocks of client and server may differ."""
    if time > timezone.now() + timedelta(minutes=1):
        raise ValidationError(
            "This is in the future: only past transactions can be booked.", code="in_future"
        )


def validate_not_before_earliest(time: datetime) -> None:
    if time < EARLIEST:
        raise ValidationError(f"This is before {EARLIEST:%Y}: give a later time.", code="too_early")


class Transaction(models.Model):
    """One booked transaction, in euros."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="transactions"
    )
    type = models.CharField(max_length=10, choices=Kind)
    amount = models.DecimalField(
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(MIN_AMOUNT), MaxValueValidator(MAX_AMOUNT)],
        help_text="in euros, always positive",
    )
    note = models.CharField(max_length=MAX_NOTE_LENGTH, blank=True)
    time = models.DateTimeField(
        default=timezone.now,
        validators=[validate_not_before_earliest, validate_not_in_future],
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
            # The database enforces the rules for every writer, not only for the forms.
            models.CheckConstraint(
                condition=models.Q(amount__gte=MIN_AMOUNT, amount__lte=MAX_AMOUNT),
                name="amount_in_range",
            ),
            models.CheckConstraint(condition=models.Q(type__in=Kind.values), name="type_known"),
            models.CheckConstraint(condition=models.Q(time__gte=EARLIEST), name="time_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} of {self.amount} € by {self.user}"

    @property
    def signed(self) -> Decimal:
        """The amount; negative if the type is outgoing."""
        return self.amount if self.type in INCOMING else -self.amount
