"""The ledger. Verified webhook events of Stripe add to it; nothing changes or deletes its rows."""

from django.db import models

from rocket.orders.models import Order


class Event(models.Model):
    """A webhook event that was processed. Its unique key ensures that this happens only once."""

    stripe_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=80)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("-received_at", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.stripe_id}"


class Payment(models.Model):
    """A payment intent of Stripe. The order is unknown if the refund's event arrives first."""

    intent = models.CharField(max_length=255, unique=True)
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.intent


class Entry(models.Model):
    """A movement of money: positive if the shop received it, negative if the shop paid it back."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", "Payment"
        REFUND = "refund", "Refund"
        RETURN = "return", "Returned refund"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=7, choices=Kind)
    reference = models.CharField(
        max_length=255, help_text="The id of the payment or refund at Stripe."
    )
    amount = models.IntegerField(help_text="In the smallest unit.")
    currency = models.CharField(max_length=3)
    happened_at = models.DateTimeField(db_index=True)
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )

    class Meta:
        ordering = ("-happened_at", "-id")
        verbose_name_plural = "ledger"
        constraints = (
            models.UniqueConstraint(fields=("kind", "reference"), name="entry_once"),
            models.CheckConstraint(
                name="entry_sign",
                condition=models.Q(kind="refund", amount__lt=0)
                | (~models.Q(kind="refund") & models.Q(amount__gt=0)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"
