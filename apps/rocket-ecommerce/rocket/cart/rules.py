"""The rules of the cart. Each change is one transaction, so two browser tabs can share a cart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from rocket.cart.models import MAX_LINE_QUANTITY, Cart, Line
from rocket.catalog import listing
from rocket.catalog.models import Product, Variant
from rocket.discounts import rules as discounts
from rocket.discounts.models import Discount
from rocket.problems import Problem, RuleError

MAX_IDLE_TIME = timedelta(days=15)
"""Longer than a session, without which nobody can open the cart."""

MAX_DELETED = 1000
"""The maximum number of carts that are deleted at a time."""


class CartError(RuleError):
    """The cart was not changed."""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of a cart with the current price and stock."""

    variant_id: int
    sku: str
    name: str
    product: Product
    quantity: int
    unit_price: int | None
    """In the smallest unit; `None` if the variant is no longer for sale."""
    problem: Problem | None
    """The reason why the line cannot be ordered; `None` if it can."""

    @property
    def total(self) -> int:
        return (self.unit_price or 0) * self.quantity


@dataclass(frozen=True, slots=True)
class PricedCart:
    """The content of a cart with current prices and stock."""

    lines: Sequence[PricedLine] = ()
    discount: Discount | None = None
    """The discount whose code the visitor entered."""
    discount_problem: Problem | None = None
    """The reason why the discount does not apply; `None` if it does."""

    @property
    def item_count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal(self) -> int:
        """The sum before the discount. Lines that are no longer for sale count as 0."""
        return subtotal(self.lines)

    @property
    def reduction(self) -> int:
        """The amount of the discount."""
        if self.discount is None or self.discount_problem:
            return 0
        return discounts.reduction(self.discount, self.subtotal)

    @property
    def total(self) -> int:
        return self.subtotal - self.reduction

    @property
    def can_be_ordered(self) -> bool:
        has_problem = self.discount_problem or any(line.problem for line in self.lines)
        return bool(self.lines) and not has_problem


def subtotal(lines: Iterable[PricedLine]) -> int:
    return sum(line.total for line in lines)


def quantity_problem(quantity: int, stock: int) -> Problem | None:
    """The reason why a line cannot have this quantity; `None` if it can."""
    if stock <= 0:
        return Problem("sold-out")
    if quantity > stock:
        return Problem("insufficient-stock", {"stock": stock})
    if quantity > MAX_LINE_QUANTITY:
        return Problem("quantity-limit", {"limit": MAX_LINE_QUANTITY})
    return None


@transaction.atomic
def add(key: str | None, sku: str, quantity: int, *, currency: str, now: datetime) -> str:
    """Adds `quantity` of a variant. Returns the cart's key: a new one if there was no such cart.

    Raises `CartError` if the variant is not for sale, or for too large a quantity.
    """
    variant = _variant_for_sale(sku, currency=currency, now=now)
    cart = _locked_cart(key)
    line = cart and cart.lines.filter(variant=variant).first()
    in_cart = line.quantity if line else 0
    if problem := quantity_problem(in_cart + quantity, variant.stock):
        if in_cart:
            problem = replace(problem, values={**problem.values, "in_cart": in_cart})
        raise CartError(problem)
    if cart is None:
        cart = Cart.objects.create(used_at=now)
    else:
        Cart.objects.filter(pk=cart.pk).update(used_at=now)
    cart.lines.update_or_create(variant=variant, defaults={"quantity": in_cart + quantity})
    return cart.key


@transaction.atomic
def set_quantity(key: str | None, sku: str, quantity: int, *, currency: str, now: datetime) -> None:
    """Sets the quantity of a line. Raises `CartError`, also if the cart has no such line."""
    variant = _variant_for_sale(sku, currency=currency, now=now)
    if problem := quantity_problem(quantity, variant.stock):
        raise CartError(problem)
    cart = _locked_cart(key)
    if cart is None or not cart.lines.filter(variant=variant).update(quantity=quantity):
        raise CartError(Problem("not-in-cart"))
    Cart.objects.filter(pk=cart.pk).update(used_at=now)


def remove(key: str | None, sku: str) -> None:
    """Removes a line if the cart has it."""
    if key:
        Line.objects.filter(cart__key=key, variant__sku=sku).delete()


def item_count(key: str | None) -> int:
    """The sum of the quantities in the cart."""
    if not key:
        return 0
    lines = Line.objects.filter(cart__key=key)
    return int(lines.aggregate(items=Sum("quantity", default=0))["items"])


def load(key: str | None, *, currency: str, now: datetime) -> PricedCart:
    """The cart with current prices and stock. An unknown key gives an empty cart."""
    cart = Cart.objects.select_related("discount").filter(key=key).first() if key else None
    if cart is None:
        return PricedCart()
    lines = list(
        cart.lines.select_related("variant__product__category").prefetch_related(
            "variant__product__images"
        )
    )
    prices = listing.prices(currency=currency, now=now).filter(
        variant__in=[line.variant_id for line in lines]
    )
    unit_prices = {price.variant_id: price.amount for price in prices}
    priced = tuple(_priced_line(line, unit_prices.get(line.variant_id)) for line in lines)
    if cart.discount is None:
        return PricedCart(priced)
    discount_problem = discounts.problem(
        cart.discount, subtotal=subtotal(priced), currency=currency, now=now
    )
    return PricedCart(priced, cart.discount, discount_problem)


@transaction.atomic
def apply_discount(key: str | None, code: str, *, currency: str, now: datetime) -> None:
    """Applies a discount code and replaces the previous one. Raises `CartError`."""
    cart = _locked_cart(key)
    if cart is None:
        raise CartError(Problem("empty-cart"))
    discount = discounts.find_active(code, now)
    if discount is None:
        raise CartError(Problem("discount-unknown"))
    lines = load(key, currency=currency, now=now).lines
    if problem := discounts.problem(discount, subtotal=subtotal(lines), currency=currency, now=now):
        raise CartError(problem)
    cart.discount = discount
    cart.save(update_fields=["discount"])


def remove_discount(key: str | None) -> None:
    """Removes the discount if the cart has one."""
    if key:
        Cart.objects.filter(key=key).update(discount=None)


def delete_abandoned(now: datetime) -> int:
    """Deletes carts that nobody has used for longer than a session lasts. Returns their number."""
    last_use = Coalesce("used_at", "created_at")
    abandoned = Cart.objects.annotate(last_use=last_use).filter(last_use__lte=now - MAX_IDLE_TIME)
    chosen = list(abandoned.values_list("pk", flat=True)[:MAX_DELETED])
    _, deleted = Cart.objects.filter(pk__in=chosen).delete()
    return deleted.get("cart.Cart", 0)


def _priced_line(line: Line, unit_price: int | None) -> PricedLine:
    variant = line.variant
    no_price = Problem("no-longer-for-sale") if unit_price is None else None
    return PricedLine(
        variant_id=variant.pk,
        sku=variant.sku,
        name=variant.name,
        product=variant.product,
        quantity=line.quantity,
        unit_price=unit_price,
        problem=no_price or quantity_problem(line.quantity, variant.stock),
    )


def _variant_for_sale(sku: str, *, currency: str, now: datetime) -> Variant:
    price = listing.prices(currency=currency, now=now).filter(variant__sku=sku).first()
    if price is None:
        raise CartError(Problem("not-for-sale"))
    return price.variant


def _locked_cart(key: str | None) -> Cart | None:
    return Cart.objects.select_for_update().filter(key=key).first() if key else None
