"""The tables of orders. Lines copy names and prices, because the catalogue changes later."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from appkit.delivery import MAX_RECIPIENT_LENGTH, lines_of
from rocket.cart.models import Cart
from rocket.catalog.models import Variant
from rocket.discounts.models import Discount


class OrderState(models.TextChoices):
    AWAITING = "awaiting", "Awaiting payment"
    PROCESSING = "processing", "Payment pending"
    PAID = "paid", "Paid"
    SHIPPED = "shipped", "Shipped"
    CANCELLED = "cancelled", "Cancelled"
    REFUND_DUE = "refund-due", "Refund due"
    REFUNDED = "refunded", "Refunded"


UNPAID_STATES = (OrderState.AWAITING, OrderState.PROCESSING)
"""In these states an order holds stock that nobody has paid for. It can be cancelled."""

STOCK_HOLDING_STATES = (*UNPAID_STATES, OrderState.PAID)
"""In these states an order holds reserved stock, which a cancellation or refund releases."""


def new_key() -> str:
    """32 characters with 192 random bits: the key gives access to the order."""
    return secrets.token_urlsafe(24)


class Order(models.Model):
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    cart = models.ForeignKey(
        Cart, null=True, editable=False, on_delete=models.SET_NULL, related_name="orders"
    )
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.AWAITING)
    currency = models.CharField(max_length=3)
    subtotal = models.PositiveIntegerField()
    reduction = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    discount = models.ForeignKey(
        Discount, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    discount_code = models.CharField(max_length=24, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    # The columns of later releases have defaults in the database, because replicas of the release
    # before may still insert orders.
    recipient = models.CharField(max_length=MAX_RECIPIENT_LENGTH, blank=True, db_default="")
    address = models.TextField(blank=True, db_default="")
    network = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        db_default="",
        help_text="A digest of the network of the buyer, whose unpaid orders are limited.",
    )
    session_id = models.CharField("Stripe session", max_length=255, blank=True)
    placed_at = models.DateTimeField()
    reserved_until = models.DateTimeField(help_text="The buyer can pay until this time.")
    cart_refilled = models.BooleanField(
        default=False,
        editable=False,
        db_default=False,
        help_text="Whether the items were put back into the cart of the buyer who cancelled.",
    )
    checked_at = models.DateTimeField(
        null=True, editable=False, help_text="When the shop last asked Stripe about the order."
    )
    paid_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-placed_at", "-id")
        indexes = (
            models.Index(fields=("state", "reserved_until"), name="order_reservation"),
            models.Index(fields=("-placed_at", "-id"), name="order_newest"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(total=F("subtotal") - F("reduction")), name="order_adds_up"
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.key])

    @property
    def number(self) -> str:
        """The number that the visitor and the staff see."""
        return f"R{self.pk:06}"

    @property
    def delivery_lines(self) -> str:
        """The recipient and the address, or an empty text if neither is known."""
        return lines_of(self.recipient, self.address)


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sku = models.CharField("SKU", max_length=32)
    product = models.CharField(max_length=80)
    version = models.CharField(max_length=60)
    unit = models.PositiveIntegerField(help_text="The price of one item, in the smallest unit.")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(quantity__gte=1), name="ordered_at_least_one"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}, {self.version}"

    @property
    def total(self) -> int:
        return self.unit * self.quantity
