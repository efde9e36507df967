"""The rules of discounts: the conditions of a code, its amount, and the count of its uses."""

from datetime import datetime

from django.db.models import F, Q

from rocket.discounts.models import Discount
from rocket.money import Money
from rocket.problems import Problem


def find(code: str) -> Discount | None:
    """The discount with this code. Case and surrounding spaces do not matter."""
    return Discount.objects.filter(code=code.strip().upper()).first()


def find_active(code: str, now: datetime) -> Discount | None:
    """The discount with this code if orders can use it now.

    A visitor who guesses codes must not learn which codes exist, so one that has not started, has
    expired or is used up is not found either.
    """
    discount = find(code)
    return None if discount is None or _inactive(discount, now) else discount


def problem(discount: Discount, *, subtotal: int, currency: str, now: datetime) -> Problem | None:
    """The reason why a discount does not apply; `None` if it applies."""
    code = {"discount": discount.code}
    if inactive := _inactive(discount, now):
        return inactive
    if discount.currency and discount.currency != currency:
        return Problem("discount-currency", {**code, "currency": discount.currency})
    if subtotal < discount.minimum:
        minimum = Money(discount.minimum, discount.currency)
        return Problem("discount-minimum", {**code, "minimum": minimum})
    return None


def _inactive(discount: Discount, now: datetime) -> Problem | None:
    code = {"discount": discount.code}
    if discount.starts_at is not None and now < discount.starts_at:
        return Problem("discount-not-started", code)
    if discount.ends_at is not None and now >= discount.ends_at:
        return Problem("discount-expired", code)
    if discount.limit is not None and discount.used >= discount.limit:
        return used_up(discount)
    return None


def used_up(discount: Discount) -> Problem:
    return Problem("discount-used-up", {"discount": discount.code})


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
