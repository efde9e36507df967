"""Discount codes. Check constraints of the database reject invalid ones."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from rocket import money

CODE = r"[A-Z0-9]{3,24}"

code_validator = RegexValidator(rf"^{CODE}\Z", "Use 3 to 24 capital letters and digits.")


class Discount(models.Model):
    """A code that a visitor enters in the cart. An order can have one."""

    class Kind(models.TextChoices):
        PERCENTAGE = "percentage", "Percentage"
        AMOUNT = "amount", "Amount"

    code = models.CharField(max_length=24, unique=True, validators=[code_validator])
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.PositiveIntegerField(
        validators=[MinValueValidator(1)],
        help_text="A percentage, or an amount in the currency's smallest unit: 500 is €5.00.",
    )
    currency = models.CharField(
        max_length=3,
        blank=True,
        choices=money.currency_choices,
        help_text="Required for an amount and for a minimum. Empty: any currency.",
    )
    minimum = models.PositiveIntegerField(
        default=0,
        help_text="The smallest subtotal of an order with this code, in the smallest unit.",
    )
    starts_at = models.DateTimeField(null=True, blank=True, help_text="Empty: valid immediately.")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: valid without end.")
    limit = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The number of orders that can use the code. Empty: any number.",
    )
    used = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                name="discount_value_in_range",
                condition=Q(value__gt=0) & (~Q(kind="percentage") | Q(value__lte=100)),
                violation_error_code="value-out-of-range",
                violation_error_message="A percentage must be from 1 to 100.",
            ),
            models.CheckConstraint(
                name="discount_with_currency",
                condition=~Q(currency="") | Q(kind="percentage", minimum=0),
                violation_error_code="currency-missing",
                violation_error_message="An amount or a minimum needs a currency.",
            ),
            models.CheckConstraint(
                name="discount_window",
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_code="end-before-start",
                violation_error_message="The end must be after the start.",
            ),
            models.CheckConstraint(
                name="discount_within_limit",
                condition=Q(limit=None) | Q(used__lte=F("limit")),
                violation_error_code="limit-below-uses",
                violation_error_message="The code was already used more often than this limit.",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def worth(self) -> str:
        """The value as text, such as `10 %` or `€5.00`."""
        if self.kind == self.Kind.PERCENTAGE:
            return f"{self.value} %"
        return money.format_amount(self.value, self.currency)
