"""Limits of unpaid orders, which hold stock although nobody has paid for it.

Without them, one visitor could reserve the whole shop. A cart and a network have a limited number
of unpaid orders. All buyers behind a proxy may have one network, so the number of orders from such
a network is not limited; its orders only get less time to pay when there are many of them.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from rocket.cart.models import Cart
from rocket.catalog.models import Variant
from rocket.discounts.models import Discount
from rocket.network import Network
from rocket.orders.models import UNPAID_STATES, Order, OrderLine
from rocket.problems import Problem

RESERVATION = timedelta(minutes=15)
"""The time for which the stock of an unpaid order stays reserved."""

CROWDED_RESERVATION = timedelta(minutes=5)
"""The same, if a shared network has at least `CROWD` other unpaid orders."""

CROWD = 30

MAX_ORDERS_OF_A_CART = 3
MAX_ITEMS_OF_A_CART = 60
MAX_ORDERS_OF_A_NETWORK = 10
MAX_ITEMS_OF_A_NETWORK = 120

ALWAYS_ORDERABLE = 2
"""Even if the share of a network is used up, an order can have this many items of a variant.

So an order for much of the stock does not keep the others from ordering what they need.
"""

MIN_SHARE = 5
"""The unpaid orders of a network can hold this many items of a variant, even if it has no more."""


def share(total: int) -> int:
    """The number of items that the unpaid orders of one network can hold."""
    return max(MIN_SHARE, (total + 1) // 2)


def lock(network: Network) -> None:
    """Serializes the orders of a network until the end of the transaction, so that all count."""
    # All buyers may have a shared network, and its orders are not counted exactly. SQLite needs no
    # lock, because it has only one writer at a time.
    if network.is_shared or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [network.digest])


def problem(cart: Cart, network: Network, items: int) -> Problem | None:
    """The reason why an order of this many items cannot be placed; `None` if it can."""
    limits = [(Order.objects.filter(cart=cart), MAX_ORDERS_OF_A_CART, MAX_ITEMS_OF_A_CART)]
    if not network.is_shared:
        of_network = _of_network(network)
        limits.append((of_network, MAX_ORDERS_OF_A_NETWORK, MAX_ITEMS_OF_A_NETWORK))
    for orders, max_orders, max_items in limits:
        unpaid = orders.filter(state__in=UNPAID_STATES).aggregate(
            orders=Count("id", distinct=True), items=Sum("lines__quantity", default=0)
        )
        if unpaid["orders"] >= max_orders:
            return Problem("too-many-unpaid-orders", {"limit": max_orders})
        if unpaid["items"] + items > max_items:
            return Problem("too-many-unpaid-items", {"limit": max_items})
    return None


def reservation(network: Network) -> timedelta:
    """The time for which a new order of this network is reserved."""
    if network.is_shared and _of_network(network).count() >= CROWD:
        return CROWDED_RESERVATION
    return RESERVATION


def share_problem(lines: Iterable[OrderLine], network: Network) -> Problem | None:
    """The reason why a network cannot hold these lines as well; `None` if it can.

    The lines are stored and their stock is reserved, so that concurrent orders see each other.
    """
    many = [line for line in lines if line.quantity > ALWAYS_ORDERABLE]
    wanted = {line.variant_id: line for line in many if line.variant_id is not None}
    if not wanted:
        return None
    remaining = dict(Variant.objects.filter(pk__in=wanted).values_list("pk", "stock"))
    held = dict(
        OrderLine.objects.filter(variant__in=remaining, order__in=_of_network(network))
        .order_by()
        .values_list("variant_id")
        .annotate(Sum("quantity"))
    )
    for variant_id, stock in remaining.items():
        line, of_network = wanted[variant_id], held[variant_id]
        limit = share(stock + of_network)
        if of_network > limit:
            left = max(ALWAYS_ORDERABLE, limit - of_network + line.quantity)
            values = {"product": line.product, "version": line.version, "limit": left}
            return Problem("share-reserved", values)
    return None


def discount_share_is_exceeded(discount: Discount, network: Network) -> bool:
    """Whether the unpaid orders of a network hold too many of the uses that a discount has left.

    The new order is stored and counted, so that concurrent orders see each other.
    """
    counted = Discount.objects.get(pk=discount.pk)
    if counted.limit is None:
        return False
    held = _of_network(network).filter(discount=discount).count()
    return held > share(counted.limit - counted.used + held)


def _of_network(network: Network) -> QuerySet[Order]:
    """The unpaid orders of a network."""
    return Order.objects.filter(network=network.digest, state__in=UNPAID_STATES)
