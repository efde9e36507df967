"""The rules of a cart: each is one transaction, safe against one visitor in two tabs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from rocket.cart.models import LINE_LIMIT, Cart, Line
from rocket.catalog import listing
from rocket.catalog.models import Product, Variant
from rocket.discounts import rules as discounts
from rocket.discounts.models import Discount


class CartError(ValueError):
    """The cart stays as it was. The text is for the visitor."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a cart, as things stand now."""

    variant_id: int
    sku: str
    name: str
    product: Product
    quantity: int
    unit: int | None
    """Price of one, in the smallest unit; `None` when it is no longer for sale."""
    problem: str
    """Why it cannot be ordered like this; empty when it can."""

    @property
    def total(self) -> int:
        return (self.unit or 0) * self.quantity


@dataclass(frozen=True, slots=True)
class Basket:
    rows: Sequence[Row] = ()
    discount: Discount | None = None
    """The one whose code was entered."""
    refusal: str = ""
    """Why it takes nothing off just now; empty when it does."""

    @property
    def count(self) -> int:
        return sum(row.quantity for row in self.rows)

    @property
    def subtotal(self) -> int:
        """What all of it costs; a line that is no longer for sale costs nothing."""
        return subtotal(self.rows)

    @property
    def reduction(self) -> int:
        """What the discount takes off."""
        if self.discount is None or self.refusal:
            return 0
        return discounts.reduction(self.discount, self.subtotal)

    @property
    def total(self) -> int:
        return self.subtotal - self.reduction

    @property
    def ready(self) -> bool:
        """Whether it can be ordered as it is."""
        return bool(self.rows) and not self.refusal and not any(row.problem for row in self.rows)


def subtotal(rows: Iterable[Row]) -> int:
    return sum(row.total for row in rows)


def problem(quantity: int, stock: int) -> str:
    """Why so many cannot be had; empty when they can."""
    if stock <= 0:
        return "This one is sold out."
    if quantity > stock:
        return f"Only {stock} left."
    if quantity > LINE_LIMIT:
        return f"At most {LINE_LIMIT} of a kind in one cart."
    return ""


@transaction.atomic
def add(key: str | None, sku: str, quantity: int, *, currency: str, now: datetime) -> str:
    """Puts `quantity` more into the cart and returns its key, a new one if there was no such cart.

    Raises `CartError` when stock or limit do not allow it, or the variant is not for sale.
    """
    variant = _for_sale(sku, currency=currency, now=now)
    cart = _locked(key)
    line = cart and cart.lines.filter(variant=variant).first()
    held = line.quantity if line else 0
    if reason := problem(held + quantity, variant.stock):
        raise CartError(f"{reason} Your cart already holds {held}." if held else reason)
    if cart is None:
        cart = Cart.objects.create()
    cart.lines.update_or_create(variant=variant, defaults={"quantity": held + quantity})
    return cart.key


@transaction.atomic
def change(key: str | None, sku: str, quantity: int, *, currency: str, now: datetime) -> None:
    """Sets a line's quantity. Raises `CartError`, also when there is no such line."""
    variant = _for_sale(sku, currency=currency, now=now)
    if reason := problem(quantity, variant.stock):
        raise CartError(reason)
    cart = _locked(key)
    if cart is None or not cart.lines.filter(variant=variant).update(quantity=quantity):
        raise CartError("This is no longer in your cart.")


def remove(key: str | None, sku: str) -> None:
    """Takes a line out; one that is gone already is no mistake."""
    if key:
        Line.objects.filter(cart__key=key, variant__sku=sku).delete()


def count(key: str | None) -> int:
    """How many things are in the cart."""
    if not key:
        return 0
    found = Line.objects.filter(cart__key=key).aggregate(things=Sum("quantity", default=0))
    return int(found["things"])


def read(key: str | None, *, currency: str, now: datetime) -> Basket:
    """The cart with today's prices and stock. An unknown key is an empty cart."""
    cart = Cart.objects.select_related("discount").filter(key=key).first() if key else None
    if cart is None:
        return Basket()
    lines = list(
        cart.lines.select_related("variant__product__category").prefetch_related(
            "variant__product__images"
        )
    )
    on_sale = listing.prices(currency=currency, now=now).filter(
        variant__in=[line.variant_id for line in lines]
    )
    amounts = {price.variant_id: price.amount for price in on_sale}
    rows = tuple(_row(line, amounts.get(line.variant_id)) for line in lines)
    if cart.discount is None:
        return Basket(rows)
    refusal = discounts.refusal(cart.discount, subtotal=subtotal(rows), currency=currency, now=now)
    return Basket(rows, cart.discount, refusal)


@transaction.atomic
def enter_code(key: str | None, code: str, *, currency: str, now: datetime) -> None:
    """Applies a discount to the cart, instead of another one. Raises `CartError`."""
    cart = _locked(key)
    if cart is None:
        raise CartError("Your cart is empty.")
    discount = discounts.find(code)
    if discount is None:
        raise CartError("We do not know this code.")
    rows = read(key, currency=currency, now=now).rows
    if refused := discounts.refusal(discount, subtotal=subtotal(rows), currency=currency, now=now):
        raise CartError(refused)
    cart.discount = discount
    cart.save(update_fields=["discount"])


def drop_code(key: str | None) -> None:
    """Takes the discount off the cart; one that is gone already is no mistake."""
    if key:
        Cart.objects.filter(key=key).update(discount=None)


def _row(line: Line, unit: int | None) -> Row:
    variant = line.variant
    gone = "This one is no longer for sale. Please remove it."
    return Row(
        variant_id=variant.pk,
        sku=variant.sku,
        name=variant.name,
        product=variant.product,
        quantity=line.quantity,
        unit=unit,
        problem=gone if unit is None else problem(line.quantity, variant.stock),
    )


def _for_sale(sku: str, *, currency: str, now: datetime) -> Variant:
    price = listing.prices(currency=currency, now=now).filter(variant__sku=sku).first()
    if price is None:
        raise CartError("This one is not for sale.")
    return price.variant


def _locked(key: str | None) -> Cart | None:
    return Cart.objects.select_for_update().filter(key=key).first() if key else None
