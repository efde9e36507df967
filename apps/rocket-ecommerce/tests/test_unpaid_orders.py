"""Unpaid orders cannot reserve the whole shop, and nobody can lock out the others."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from rocket.cart import rules as carts
from rocket.discounts.models import Discount
from rocket.network import Network
from rocket.orders import rules as orders
from rocket.orders import unpaid
from rocket.orders.models import Order, OrderState
from rocket.payments.gateway import Gateway
from rocket.problems import Problem
from tests.product_factory import MakeProduct
from tests.purchases import buy, fill_cart, place_order, stock_of
from tests.responses import error_codes

GLOBAL, ANOTHER = "8.8.8.8", "2a00:1450:4001:80b::1"
SHARED = ("", "10.1.2.3", "127.0.0.1", "fd00::7", "not an address")


def problem_of(place: Callable[[], object]) -> Problem:
    with pytest.raises(orders.OrderError) as caught:
        place()
    return caught.value.problem


def put_in(key: str, sku: str, quantity: int) -> str:
    carts.add(key, sku, quantity, currency="EUR", now=timezone.now())
    return key


@pytest.fixture
def kits(make_product: MakeProduct) -> None:
    """Twenty variants with 1000 items each: K-0 to K-19."""
    make_product("Kit", *((f"K-{number}", f"Kit {number}", 100, 1000) for number in range(20)))


@pytest.mark.parametrize("address", [GLOBAL, *SHARED])
def test_a_cart_has_a_limited_number_of_unpaid_orders(kits: None, address: str) -> None:
    key = fill_cart(("K-0", 1))
    first = place_order(key, address=address)
    for _ in range(unpaid.MAX_ORDERS_OF_A_CART - 1):
        place_order(put_in(key, "K-0", 1), address=address)
    put_in(key, "K-0", 1)
    limit = Problem("too-many-unpaid-orders", {"limit": unpaid.MAX_ORDERS_OF_A_CART})
    assert problem_of(lambda: place_order(key, address=address)) == limit
    assert carts.item_count(key) == 1
    orders.reconcile(first.pk, paid=100, balance=100, now=timezone.now())
    place_order(key, address=address)


@pytest.mark.parametrize("state", [OrderState.AWAITING, OrderState.PROCESSING])
def test_a_cart_holds_a_limited_number_of_items(kits: None, state: OrderState) -> None:
    key = fill_cart(("K-0", 20), ("K-1", 20))
    place_order(key)
    Order.objects.update(state=state)
    for sku, quantity in (("K-2", 20), ("K-3", 1)):
        put_in(key, sku, quantity)
    limit = Problem("too-many-unpaid-items", {"limit": unpaid.MAX_ITEMS_OF_A_CART})
    assert problem_of(lambda: place_order(key)) == limit
    assert stock_of("K-3") == 1000
    carts.remove(key, "K-3")
    place_order(key)


def test_an_order_of_many_lines_is_one_order(kits: None) -> None:
    key = fill_cart(*((f"K-{number}", 1) for number in range(unpaid.MAX_ORDERS_OF_A_CART)))
    place_order(key)
    place_order(put_in(key, "K-0", 1))


def test_one_order_cannot_hold_the_whole_shop(kits: None) -> None:
    key = fill_cart(*((f"K-{number}", 20) for number in range(20)))
    assert problem_of(lambda: place_order(key)).code == "too-many-unpaid-items"
    assert all(stock_of(f"K-{number}") == 1000 for number in range(20))


def test_a_network_has_a_limited_number_of_unpaid_orders(kits: None) -> None:
    placed = [buy(("K-0", 1), address=GLOBAL) for _ in range(unpaid.MAX_ORDERS_OF_A_NETWORK)]
    limit = Problem("too-many-unpaid-orders", {"limit": unpaid.MAX_ORDERS_OF_A_NETWORK})
    for same in (GLOBAL, f"::ffff:{GLOBAL}"):
        assert problem_of(partial(buy, ("K-0", 1), address=same)) == limit
    for other in (ANOTHER, *SHARED):
        buy(("K-0", 1), address=other)
    orders.cancel(placed[0].pk)
    buy(("K-0", 1), address=GLOBAL)


def test_a_subscriber_with_many_ipv6_addresses_is_one_network(kits: None) -> None:
    for number in range(unpaid.MAX_ORDERS_OF_A_NETWORK):
        buy(("K-0", 1), address=f"2a00:1450:4001:80b::{number + 1:x}")
    refused = problem_of(lambda: buy(("K-0", 1), address="2a00:1450:4001:80b:ffff::1"))
    assert refused.code == "too-many-unpaid-orders"
    buy(("K-0", 1), address="2a00:1450:4001:80c::1")


def test_a_network_holds_a_limited_number_of_items(kits: None) -> None:
    for number in range(unpaid.MAX_ITEMS_OF_A_NETWORK // 40):
        buy((f"K-{number}", 20), (f"K-{number + 10}", 20), address=GLOBAL)
    refused = problem_of(lambda: buy(("K-19", 1), address=GLOBAL))
    assert refused == Problem("too-many-unpaid-items", {"limit": unpaid.MAX_ITEMS_OF_A_NETWORK})
    assert stock_of("K-19") == 1000


@pytest.mark.parametrize("address", SHARED)
def test_a_crowd_behind_one_address_can_order_but_has_less_time(kits: None, address: str) -> None:
    placed = [buy(("K-0", 1), address=address) for _ in range(unpaid.CROWD + 1)]
    times = [order.reserved_until - order.placed_at for order in placed]
    assert times == [unpaid.RESERVATION] * unpaid.CROWD + [unpaid.CROWDED_RESERVATION]
    assert buy(("K-0", 1), address=GLOBAL).reserved_until > placed[-1].reserved_until


def test_times_and_shares() -> None:
    assert unpaid.CROWDED_RESERVATION < unpaid.RESERVATION <= timedelta(minutes=15)
    assert [unpaid.share(total) for total in (1, 5, 10, 11, 30)] == [5, 5, 5, 6, 15]


@pytest.mark.sqlite
@pytest.mark.parametrize("address", [GLOBAL, *SHARED])
def test_unpaid_orders_of_a_network_hold_a_share_of_the_stock(
    make_product: MakeProduct, address: str
) -> None:
    """One visitor, with a new cart each time, 20 items of each variant, and without paying."""
    make_product("Kit", ("K-A", "A", 100, 30), ("K-B", "B", 100, 30))
    buy(("K-A", 10), ("K-B", 3), address=address)
    refused = problem_of(lambda: buy(("K-A", 20), address=address))
    assert refused == Problem("share-reserved", {"product": "Kit", "version": "A", "limit": 5})
    buy(("K-A", 5), address=address)
    refused = problem_of(lambda: buy(("K-B", 1), ("K-A", 3), address=address))
    assert refused == Problem("share-reserved", {"product": "Kit", "version": "A", "limit": 2})
    assert (stock_of("K-A"), stock_of("K-B"), Order.objects.count()) == (15, 27, 2)
    # The others can still order what they need.
    for other in (address, GLOBAL, ANOTHER):
        buy(("K-A", 2), address=other)
    buy(("K-A", 3), address=ANOTHER)


def test_a_paid_order_frees_the_share(make_product: MakeProduct) -> None:
    make_product("Kit", ("K", "One", 100, 20))
    order = buy(("K", 10))
    assert problem_of(lambda: buy(("K", 3))).code == "share-reserved"
    orders.reconcile(order.pk, paid=1000, balance=1000, now=timezone.now())
    buy(("K", 5))


def test_the_last_items_can_be_ordered_together(make_product: MakeProduct) -> None:
    make_product("Kit", ("K", "One", 100, 5))
    buy(("K", 5))


def test_unpaid_orders_of_a_network_hold_a_share_of_the_uses_of_a_discount(
    kits: None,
) -> None:
    Discount.objects.create(code="TWELVE", kind="percentage", value=10, limit=12)

    def order(address: str) -> Order:
        key = fill_cart(("K-0", 1))
        carts.apply_discount(key, "TWELVE", currency="EUR", now=timezone.now())
        return place_order(key, address=address)

    first, *_ = [order("10.0.0.1") for _ in range(6)]
    assert problem_of(lambda: order("10.0.0.1")).code == "discount-used-up"
    assert Discount.objects.get().used == 6
    order(GLOBAL)
    orders.cancel(first.pk)
    order("10.0.0.1")


def test_orders_without_a_discount_do_not_use_up_its_share(kits: None) -> None:
    Discount.objects.create(code="SIX", kind="percentage", value=10, limit=6)
    for _ in range(6):
        buy(("K-0", 1))
    key = fill_cart(("K-0", 1))
    carts.apply_discount(key, "SIX", currency="EUR", now=timezone.now())
    assert place_order(key).discount_code == "SIX"


def test_the_page_reports_a_limit(kits: None, client: Client, gateway: Gateway) -> None:
    for _ in range(unpaid.MAX_ORDERS_OF_A_NETWORK):
        buy(("K-0", 1), address=GLOBAL)
    client.post("/products/kit/", {"sku": "K-0", "quantity": 1})
    response = client.post("/checkout/", {"total": 100}, REMOTE_ADDR=GLOBAL)
    assert response.status_code == 422
    assert error_codes(response, "checkout_form") == {"__all__": ["too-many-unpaid-orders"]}
    assert client.post("/checkout/", {"total": 100}, REMOTE_ADDR=ANOTHER).status_code == 303


def test_networks_are_stored_as_keyed_digests(kits: None) -> None:
    order = buy(("K-0", 1), address=GLOBAL)
    assert order.network == Network.of(GLOBAL).digest
    assert len(order.network) == 64
    assert GLOBAL not in order.network
    assert Network.of(GLOBAL).digest != Network.of(ANOTHER).digest
