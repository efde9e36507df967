"""The tables of the catalogue. Pages read them through `listing`."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from rocket import money
from rocket.catalog import drawings

sku_validator = RegexValidator(
    r"^[A-Z0-9]+(-[A-Z0-9]+)*$", "Use capital letters and digits, in groups joined by hyphens."
)


class Category(models.Model):
    """A section of the shop. Each product is in exactly one category."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    summary = models.CharField(max_length=160, help_text="One line below the category's heading.")
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Rows are sorted by this number, lowest first."
    )

    class Meta:
        ordering = ("position", "name")
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.slug])


class Tag(models.Model):
    """A property that products of several categories share."""

    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(max_length=40, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(models.QuerySet["Product"]):
    def published(self, now: datetime) -> Self:
        """The products that visitors may see. A product without a date is a draft."""
        return self.filter(published_at__lte=now)


class Product(models.Model):
    """An article with a page of its own. Visitors buy its variants."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    tags = models.ManyToManyField(Tag, blank=True, related_name="products")
    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    stripe_id = models.CharField(
        "Stripe product",
        max_length=255,
        null=True,
        blank=True,
        unique=True,
        help_text="Set by import_stripe_products, which keeps this product up to date.",
    )
    summary = models.CharField(max_length=160, help_text="One line, shown in lists.")
    description = models.TextField(help_text="An empty line begins a new paragraph.")
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="The product is visible from this time on. Empty: a draft."
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = (F("published_at").desc(nulls_first=True), "name")
        indexes = (models.Index(fields=["published_at"], name="product_by_publication"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.slug])


class Image(models.Model):
    """A picture of a product. Lists show the first one."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    drawing = models.CharField(max_length=60, choices=drawings.choices)
    alt = models.CharField(
        "description", max_length=160, help_text="The alternative text for screen readers."
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Rows are sorted by this number, lowest first."
    )

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.alt

    @property
    def path(self) -> str:
        return drawings.path(self.drawing)


class Variant(models.Model):
    """A version of a product that can be put into the cart. It has its own SKU and stock."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=60)
    sku = models.CharField("SKU", max_length=32, unique=True, validators=[sku_validator])
    # The column cannot be negative, so the database itself prevents overselling.
    stock = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Rows are sorted by this number, lowest first."
    )

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=("product", "name"), name="variant_name_once_a_product"),
        )

    def __str__(self) -> str:
        return f"{self.product}, {self.name}"


class Price(models.Model):
    """The price of a variant in one currency. A variant without one is not for sale in it."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3, choices=money.currency_choices)
    amount = models.PositiveIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(money.MAX_AMOUNT)],
        help_text="In the smallest unit: 1250 is €12.50.",
    )

    class Meta:
        ordering = ("currency",)
        constraints = (
            models.UniqueConstraint(fields=("variant", "currency"), name="price_once_a_currency"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="price_above_zero"),
        )

    def __str__(self) -> str:
        return money.format_amount(self.amount, self.currency)
