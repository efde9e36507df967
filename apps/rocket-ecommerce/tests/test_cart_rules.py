"""The rules of a cart, without pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rocket.cart import rules
from rocket.cart.models import Cart
from rocket.catalog.models import Price, Product, Variant
from tests.shelves import Shelve

NOW = timezone.now()


def add(key: str | None, sku: str, quantity: int) -> str:
    return rules.add(key, sku, quantity, currency="EUR", now=NOW)


def change(key: str | None, sku: str, quantity: int) -> None:
    rules.change(key, sku, quantity, currency="EUR", now=NOW)


def read(key: str | None) -> rules.Basket:
    return rules.read(key, currency="EUR", now=NOW)


def contents(key: str | None) -> dict[str, int]:
    return {row.sku: row.quantity for row in read(key).rows}


def test_adding_makes_a_cart_and_adds_up(sparrow: int) -> None:
    key = add(None, "SP-RED", 2)
    assert add(key, "SP-RED", 3) == key
    assert add(key, "SP-BLUE", 1) == key
    assert contents(key) == {"SP-RED": 5, "SP-BLUE": 1}
    basket = read(key)
    assert (basket.count, basket.total) == (6, 5 * 1950 + 2150)
    assert rules.count(key) == 6


def test_a_key_that_nobody_knows_gets_a_new_cart(sparrow: int) -> None:
    key = add("forgotten", "SP-RED", 1)
    assert key != "forgotten"
    assert contents(key) == {"SP-RED": 1}


def test_carts_do_not_mix(sparrow: int) -> None:
    mine, yours = add(None, "SP-RED", 1), add(None, "SP-BLUE", 1)
    change(mine, "SP-RED", 4)
    rules.remove(mine, "SP-BLUE")
    assert contents(mine) == {"SP-RED": 4}
    assert contents(yours) == {"SP-BLUE": 1}


@pytest.mark.parametrize(
    ("held", "sku", "more", "reason"),
    [
        (0, "SP-BLUE", 4, "Only 3 left."),
        (2, "SP-BLUE", 2, "Only 3 left. Your cart already holds 2."),
        (0, "SP-RAW", 1, "This one is sold out."),
        (0, "SP-GOLD", 1, "This one is not for sale."),
        (0, "NO-SUCH", 1, "This one is not for sale."),
        (0, "SP-RED", 21, "At most 20 of a kind in one cart."),
        (15, "SP-RED", 6, "At most 20 of a kind in one cart. Your cart already holds 15."),
    ],
)
def test_what_cannot_be_added(sparrow: int, held: int, sku: str, more: int, reason: str) -> None:
    key = add(None, sku, held) if held else None
    with pytest.raises(rules.CartError, match=f"^{reason}$"):
        add(key, sku, more)
    assert contents(key) == ({sku: held} if held else {})
    assert Cart.objects.count() == (1 if held else 0)


@pytest.mark.parametrize(
    ("sku", "quantity", "reason"),
    [
        ("SP-BLUE", 4, "Only 3 left."),
        ("SP-RED", 21, "At most 20 of a kind in one cart."),
        ("SP-RAW", 1, "This one is sold out."),
        ("SP-GOLD", 1, "This one is not for sale."),
    ],
)
def test_what_a_line_cannot_become(sparrow: int, sku: str, quantity: int, reason: str) -> None:
    key = add(add(None, "SP-RED", 1), "SP-BLUE", 1)
    with pytest.raises(rules.CartError, match=reason):
        change(key, sku, quantity)
    assert contents(key) == {"SP-RED": 1, "SP-BLUE": 1}


def test_only_what_is_in_the_cart_can_change(sparrow: int) -> None:
    key = add(None, "SP-RED", 1)
    for cart in (None, "forgotten", key):
        with pytest.raises(rules.CartError, match="no longer in your cart"):
            change(cart, "SP-BLUE", 1)


def test_changing_and_removing(sparrow: int) -> None:
    key = add(None, "SP-RED", 9)
    change(key, "SP-RED", 2)
    assert contents(key) == {"SP-RED": 2}
    rules.remove(key, "SP-RED")
    rules.remove(key, "SP-RED")
    rules.remove(None, "SP-RED")
    assert contents(key) == {}
    assert rules.count(key) == 0


def test_an_unknown_cart_is_empty(sparrow: int) -> None:
    assert read("forgotten") == read(None) == rules.Basket()
    assert rules.count("forgotten") == rules.count(None) == 0


def test_stock_that_sinks_is_told(sparrow: int) -> None:
    key = add(None, "SP-RED", 5)
    for stock, said in ((4, "Only 4 left."), (0, "This one is sold out."), (5, "")):
        Variant.objects.filter(sku="SP-RED").update(stock=stock)
        assert [row.problem for row in read(key).rows] == [said]


def test_prices_are_todays(sparrow: int) -> None:
    key = add(None, "SP-RED", 2)
    Price.objects.filter(variant__sku="SP-RED").update(amount=100)
    assert read(key).total == 200


def test_what_leaves_the_shop_costs_nothing_and_says_so(shelve: Shelve) -> None:
    shelve("Sparrow", ("S", "One", 100, 5))
    shelve("Pelican", ("P", "One", 700, 5))
    key = add(add(None, "S", 1), "P", 1)
    Product.objects.filter(name="Sparrow").update(published_at=NOW + timedelta(days=1))
    basket = read(key)
    assert [row.problem[:26] for row in basket.rows] == ["This one is no longer for ", ""]
    assert basket.total == 700
