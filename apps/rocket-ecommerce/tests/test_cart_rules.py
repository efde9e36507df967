"""The rules of the cart, without pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rocket.cart import rules
from rocket.cart.models import Cart
from rocket.catalog.models import Price, Product, Variant
from rocket.problems import Problem
from tests.product_factory import MakeProduct

NOW = timezone.now()


def add(key: str | None, sku: str, quantity: int) -> str:
    return rules.add(key, sku, quantity, currency="EUR", now=NOW)


def set_quantity(key: str | None, sku: str, quantity: int) -> None:
    rules.set_quantity(key, sku, quantity, currency="EUR", now=NOW)


def load(key: str | None) -> rules.PricedCart:
    return rules.load(key, currency="EUR", now=NOW)


def contents(key: str | None) -> dict[str, int]:
    return {line.sku: line.quantity for line in load(key).lines}


def test_adding_creates_a_cart_and_sums_quantities(sparrow: int) -> None:
    key = add(None, "SP-RED", 2)
    assert add(key, "SP-RED", 3) == key
    assert add(key, "SP-BLUE", 1) == key
    assert contents(key) == {"SP-RED": 5, "SP-BLUE": 1}
    cart = load(key)
    assert (cart.item_count, cart.total) == (6, 5 * 1950 + 2150)
    assert rules.item_count(key) == 6


def test_an_unknown_key_creates_a_new_cart(sparrow: int) -> None:
    key = add("forgotten", "SP-RED", 1)
    assert key != "forgotten"
    assert contents(key) == {"SP-RED": 1}


def test_changes_affect_one_cart_only(sparrow: int) -> None:
    first, second = add(None, "SP-RED", 1), add(None, "SP-BLUE", 1)
    add(second, "SP-RED", 2)
    set_quantity(first, "SP-RED", 4)
    rules.remove(first, "SP-BLUE")
    assert contents(first) == {"SP-RED": 4}
    assert contents(second) == {"SP-BLUE": 1, "SP-RED": 2}
    assert [rules.item_count(key) for key in (first, second)] == [4, 3]


@pytest.mark.parametrize(
    ("in_cart", "sku", "added", "problem"),
    [
        (0, "SP-BLUE", 4, Problem("insufficient-stock", {"stock": 3})),
        (2, "SP-BLUE", 2, Problem("insufficient-stock", {"stock": 3, "in_cart": 2})),
        (0, "SP-RAW", 1, Problem("sold-out")),
        (0, "SP-GOLD", 1, Problem("not-for-sale")),
        (0, "NO-SUCH", 1, Problem("not-for-sale")),
        (0, "SP-RED", 21, Problem("quantity-limit", {"limit": 20})),
        (15, "SP-RED", 6, Problem("quantity-limit", {"limit": 20, "in_cart": 15})),
    ],
)
def test_adding_too_many_is_refused(
    sparrow: int, in_cart: int, sku: str, added: int, problem: Problem
) -> None:
    key = add(None, sku, in_cart) if in_cart else None
    with pytest.raises(rules.CartError) as caught:
        add(key, sku, added)
    assert caught.value.problem == problem
    assert contents(key) == ({sku: in_cart} if in_cart else {})
    assert Cart.objects.count() == (1 if in_cart else 0)


@pytest.mark.parametrize(
    ("sku", "quantity", "problem"),
    [
        ("SP-BLUE", 4, Problem("insufficient-stock", {"stock": 3})),
        ("SP-RED", 21, Problem("quantity-limit", {"limit": 20})),
        ("SP-RAW", 1, Problem("sold-out")),
        ("SP-GOLD", 1, Problem("not-for-sale")),
    ],
)
def test_setting_too_large_a_quantity_is_refused(
    sparrow: int, sku: str, quantity: int, problem: Problem
) -> None:
    key = add(add(None, "SP-RED", 1), "SP-BLUE", 1)
    with pytest.raises(rules.CartError) as caught:
        set_quantity(key, sku, quantity)
    assert caught.value.problem == problem
    assert contents(key) == {"SP-RED": 1, "SP-BLUE": 1}


def test_changing_a_line_that_is_not_in_the_cart_is_refused(sparrow: int) -> None:
    key = add(None, "SP-RED", 1)
    for cart in (None, "forgotten", key):
        with pytest.raises(rules.CartError) as caught:
            set_quantity(cart, "SP-BLUE", 1)
        assert caught.value.problem == Problem("not-in-cart")


def test_changing_and_removing(sparrow: int) -> None:
    key = add(None, "SP-RED", 9)
    set_quantity(key, "SP-RED", 2)
    assert contents(key) == {"SP-RED": 2}
    rules.remove(key, "SP-RED")
    rules.remove(key, "SP-RED")
    rules.remove(None, "SP-RED")
    assert contents(key) == {}
    assert rules.item_count(key) == 0


def test_an_unknown_cart_is_empty(sparrow: int) -> None:
    assert load("forgotten") == load(None) == rules.PricedCart()
    assert rules.item_count("forgotten") == rules.item_count(None) == 0


def test_a_line_reports_falling_stock(sparrow: int) -> None:
    key = add(None, "SP-RED", 5)
    too_few = Problem("insufficient-stock", {"stock": 4})
    for stock, problem in ((4, too_few), (0, Problem("sold-out")), (5, None)):
        Variant.objects.filter(sku="SP-RED").update(stock=stock)
        assert [line.problem for line in load(key).lines] == [problem]


def test_prices_are_the_current_ones(sparrow: int) -> None:
    key = add(None, "SP-RED", 2)
    Price.objects.filter(variant__sku="SP-RED").update(amount=100)
    assert load(key).total == 200


def test_a_line_that_is_no_longer_for_sale_has_a_problem_and_no_price(
    make_product: MakeProduct,
) -> None:
    make_product("Sparrow", ("S", "One", 100, 5))
    make_product("Pelican", ("P", "One", 700, 5))
    key = add(add(None, "S", 1), "P", 1)
    Product.objects.filter(name="Sparrow").update(published_at=NOW + timedelta(days=1))
    cart = load(key)
    assert [line.problem for line in cart.lines] == [Problem("no-longer-for-sale"), None]
    assert cart.total == 700
