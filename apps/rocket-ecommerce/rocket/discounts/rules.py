"""The rules of discounts: when a code applies, its amount, and how often it was redeemed."""

from datetime import datetime

from django.db.models import F, Q

from rocket import money
from rocket.discounts.models import Discount


def find(code: str) -> Discount | None:
    """The discount with this code. Case and surrounding spaces do not matter."""
    return Discount.objects.filter(code=code.strip().upper()).first()


def problem(discount: Discount, *, subtotal: int, currency: str, now: datetime) -> str:
    """The reason why a discount does not apply, as shown to the visitor; empty if it applies."""
    if discount.starts_at is not None and now < discount.starts_at:
        return f"{discount} is not valid yet."
    if discount.ends_at is not None and now >= discount.ends_at:
        return f"{discount} has expired."
    if discount.limit is not None and discount.used >= discount.limit:
        return f"{discount} has been used up."
    if discount.currency and discount.currency != currency:
        return f"{discount} is for orders in {discount.currency}."
    if subtotal < discount.minimum:
        minimum = money.format_amount(discount.minimum, discount.currency)
        return f"{discount} is for orders from {minimum}."
    return ""


def reduction(discount: Discount, subtotal: int) -> int:
    """The amount of the discount, from 0 to `subtotal`. Fractions are rounded down."""
    if discount.kind == Discount.Kind.PERCENTAGE:
        return subtotal * discount.value // 100
    return min(discount.value, subtotal)


def redeem(discount_id: int) -> bool:
    """Counts one use, in one statement. Returns False if the limit has been reached."""
    available = Q(limit=None) | Q(used__lt=F("limit"))
    return bool(Discount.objects.filter(available, pk=discount_id).update(used=F("used") + 1))


def cancel_redemption(discount_id: int) -> None:
    """Subtracts one use, for an order that was cancelled."""
    Discount.objects.filter(pk=discount_id, used__gt=0).update(used=F("used") - 1)
