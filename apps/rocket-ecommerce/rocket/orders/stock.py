"""The stock rules: orders reserve stock when they are placed and release it when they end.

Stock is reduced by an UPDATE that matches only while enough is left. It therefore cannot be
oversold, whatever the number of concurrent buyers and replicas.
"""

from collections.abc import Iterable, Sequence

from django.db.models import F

from rocket.catalog.models import Variant
from rocket.orders.models import OrderLine


def reserve(lines: Iterable[OrderLine]) -> OrderLine | None:
    """Subtracts all lines from the stock. Returns the first line with too little stock, if any.

    If it returns a line, the caller must roll back: the lines before it are already subtracted.
    """
    for variant_id, line in in_lock_order(lines):
        available = Variant.objects.filter(pk=variant_id, stock__gte=line.quantity)
        if not available.update(stock=F("stock") - line.quantity):
            return line
    return None


def release(lines: Iterable[OrderLine]) -> None:
    """Adds all lines to the stock again."""
    for variant_id, line in in_lock_order(lines):
        Variant.objects.filter(pk=variant_id).update(stock=F("stock") + line.quantity)


def in_lock_order(lines: Iterable[OrderLine]) -> Sequence[tuple[int, OrderLine]]:
    """Pairs of the variant's primary key and the line, sorted by the key.

    All transactions lock variants in this order, so that they cannot deadlock. A deleted variant
    has the key 0, which matches no row.
    """
    return sorted(((line.variant_id or 0, line) for line in lines), key=lambda pair: pair[0])
