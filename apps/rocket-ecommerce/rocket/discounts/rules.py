"""When a discount applies and what it takes off; and counting its uses, which replicas share."""

from datetime import datetime

from django.db.models import F, Q

from rocket import money
from rocket.discounts.models import Discount


def find(code: str) -> Discount | None:
    """The discount of a code as somebody typed it: spaces around it and small letters are fine."""
    return Discount.objects.filter(code=code.strip().upper()).first()


def refusal(discount: Discount, *, subtotal: int, currency: str, now: datetime) -> str:
    """Why it does not apply, for the visitor; empty when it does."""
    if discount.starts_at is not None and now < discount.starts_at:
        return f"{discount} is not valid yet."
    if discount.ends_at is not None and now >= discount.ends_at:
        return f"{discount} has expired."
    if discount.limit is not None and discount.used >= discount.limit:
        return f"{discount} has been used up."
    if discount.currency and discount.currency != currency:
        return f"{discount} is for orders in {discount.currency}."
    if subtotal < discount.minimum:
        return f"{discount} is for orders from {money.show(discount.minimum, discount.currency)}."
    return ""


def reduction(discount: Discount, subtotal: int) -> int:
    """What it takes off, from 0 to `subtotal`; parts of the smallest unit are the shop's."""
    if discount.kind == Discount.Kind.PERCENTAGE:
        return subtotal * discount.value // 100
    return min(discount.value, subtotal)


def take(discount_id: int) -> bool:
    """Counts one use, in one statement. False when its last one has just gone."""
    left = Q(limit=None) | Q(used__lt=F("limit"))
    return bool(Discount.objects.filter(left, pk=discount_id).update(used=F("used") + 1))


def give_back(discount_id: int) -> None:
    """Takes a use back that came to nothing."""
    Discount.objects.filter(pk=discount_id, used__gt=0).update(used=F("used") - 1)
