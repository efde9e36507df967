"""The models that the dashboard reports on."""

from django.db import models

MAX_NAME = 80
MAX_CATEGORY = 40


class Channel(models.TextChoices):
    ONLINE = "online", "Online"
    STUDIO = "studio", "Studio"
    PARTNER = "partner", "Partners"


class Product(models.Model):
    name = models.CharField(max_length=MAX_NAME, unique=True)
    category = models.CharField(max_length=MAX_CATEGORY)

    def __str__(self) -> str:
        return self.name


class Sale(models.Model):
    """One sale; `amount` is the whole price paid, in euro cents.

    `external_id` identifies an imported sale in the system that exported it.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="sales")
    channel = models.CharField(max_length=10, choices=Channel)
    sold_on = models.DateField(db_index=True)
    units = models.PositiveSmallIntegerField()
    amount = models.PositiveIntegerField()
    external_id = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001

    class Meta:
        constraints = (
            models.CheckConstraint(name="sale_of_something", condition=models.Q(units__gt=0)),
            models.CheckConstraint(
                name="sale_through_a_known_channel", condition=models.Q(channel__in=Channel.values)
            ),
        )

    def __str__(self) -> str:
        return f"{self.units} of {self.product_id} on {self.sold_on}"
