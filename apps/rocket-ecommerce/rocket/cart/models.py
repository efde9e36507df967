"""The tables of the cart. A cart reserves no stock; placing an order does."""

import secrets

from django.db import models
from django.db.models import Q

from rocket.catalog.models import Variant
from rocket.discounts.models import Discount

MAX_LINE_QUANTITY = 20
"""The largest quantity of one variant in a cart, even if more is in stock."""


def new_key() -> str:
    """32 characters with 192 random bits: the key gives access to the cart."""
    return secrets.token_urlsafe(24)


class Cart(models.Model):
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    discount = models.ForeignKey(Discount, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    # Replicas of the first release insert carts without it.
    used_at = models.DateTimeField(
        null=True, editable=False, db_index=True, help_text="When an item was last put in."
    )

    def __str__(self) -> str:
        return f"Cart {self.pk}"


class Line(models.Model):
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("cart", "variant"), name="variant_once_a_cart"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_LINE_QUANTITY),
                name="quantity_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} of {self.variant}"
