"""Discounts: their amount, when they apply, and the count of their uses."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from rocket import money
from rocket.cart import rules as carts
from rocket.cart.models import Cart
from rocket.discounts import rules
from rocket.discounts.models import Discount
from rocket.money import Money
from rocket.orders import rules as orders
from rocket.problems import Code, Problem
from rocket.storefront.problem_texts import problem_text
from tests.purchases import fill_cart, place_order
from tests.responses import error_codes, message_levels

NOW = timezone.now()
HOUR = timedelta(hours=1)


def discount(**fields: Any) -> Discount:
    return Discount(**{"code": "TEST", "kind": "percentage", "value": 10, **fields})


def discount_problem(code: Code, **values: str | Money) -> Problem:
    """A problem of the discount `TEST`."""
    return Problem(code, {"discount": "TEST", **values})


@pytest.mark.parametrize(
    ("fields", "subtotal", "amount"),
    [
        ({"value": 10}, 1999, 199),
        ({"value": 100}, 1999, 1999),
        ({"value": 1}, 99, 0),
        ({"kind": "amount", "value": 500, "currency": "EUR"}, 1999, 500),
        ({"kind": "amount", "value": 500, "currency": "EUR"}, 300, 300),
    ],
)
def test_reduction(fields: dict[str, Any], subtotal: int, amount: int) -> None:
    assert rules.reduction(discount(**fields), subtotal) == amount


@given(
    kind=st.sampled_from(Discount.Kind.values),
    value=st.integers(1, 100),
    subtotal=st.integers(0, 20 * money.MAX_AMOUNT),
)
def test_the_reduction_never_exceeds_the_subtotal(kind: str, value: int, subtotal: int) -> None:
    amount = rules.reduction(discount(kind=kind, value=value, currency="EUR"), subtotal)
    assert 0 <= amount <= subtotal
    next_amount = rules.reduction(discount(kind=kind, value=value, currency="EUR"), subtotal + 1)
    assert amount <= next_amount <= amount + 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, None),
        ({"starts_at": NOW, "ends_at": NOW + HOUR}, None),
        ({"starts_at": NOW + HOUR}, discount_problem("discount-not-started")),
        ({"ends_at": NOW}, discount_problem("discount-expired")),
        ({"ends_at": NOW - HOUR}, discount_problem("discount-expired")),
        ({"limit": 2, "used": 1}, None),
        ({"limit": 2, "used": 2}, discount_problem("discount-used-up")),
        ({"limit": 0}, discount_problem("discount-used-up")),
        ({"currency": "EUR"}, None),
        ({"currency": "USD"}, discount_problem("discount-currency", currency="USD")),
        ({"currency": "EUR", "minimum": 2000}, None),
        (
            {"currency": "EUR", "minimum": 2001},
            discount_problem("discount-minimum", minimum=Money(2001, "EUR")),
        ),
    ],
)
def test_a_discount_applies_or_has_a_problem(
    fields: dict[str, Any], problem: Problem | None
) -> None:
    assert rules.problem(discount(**fields), subtotal=2000, currency="EUR", now=NOW) == problem


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"value": 0}, "min_value"),
        ({"value": -5}, "min_value"),
        ({"value": 101}, "value-out-of-range"),
        ({"kind": "amount", "value": 500}, "currency-missing"),
        ({"kind": "amount", "value": -500, "currency": "EUR"}, "min_value"),
        ({"minimum": 100}, "currency-missing"),
        ({"starts_at": NOW, "ends_at": NOW}, "end-before-start"),
        ({"starts_at": NOW, "ends_at": NOW - HOUR}, "end-before-start"),
        ({"limit": 1, "used": 2}, "limit-below-uses"),
    ],
)
def test_invalid_discounts_are_rejected_by_form_and_database(
    db: None, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        discount(**fields).full_clean()
    errors = [error for errors in caught.value.error_dict.values() for error in errors]
    assert code in [error.code for error in errors]
    with pytest.raises(IntegrityError), transaction.atomic():
        discount(**fields).save()


@pytest.mark.parametrize("code", ["", "AB", "abc", "A B C", "ABC\n", "Ä" * 3, "A" * 25])
def test_malformed_codes_are_rejected(db: None, code: str) -> None:
    with pytest.raises(ValidationError, match="code"):
        discount(code=code).full_clean()


@pytest.mark.parametrize(
    ("fields", "worth"),
    [({"value": 15}, "15 %"), ({"kind": "amount", "value": 500, "currency": "JPY"}, "¥500")],
)
def test_worth_is_text(fields: dict[str, Any], worth: str) -> None:
    assert (discount(**fields).worth, str(discount())) == (worth, "TEST")


@pytest.mark.sqlite
def test_redemptions_are_counted_and_can_be_cancelled(db: None) -> None:
    limited = discount(limit=1)
    limited.save()
    assert rules.redeem(limited.pk)
    assert not rules.redeem(limited.pk)
    rules.cancel_redemption(limited.pk)
    rules.cancel_redemption(limited.pk)
    limited.refresh_from_db()
    assert limited.used == 0
    unlimited = discount(code="MORE")
    unlimited.save()
    assert [rules.redeem(unlimited.pk) for _ in range(3)] == [True] * 3


def test_each_code_has_its_own_count(db: None) -> None:
    one, other = discount(used=3), discount(code="MORE", used=3)
    for row in (one, other):
        row.save()

    def used() -> list[int]:
        return [Discount.objects.get(pk=row.pk).used for row in (one, other)]

    rules.redeem(one.pk)
    assert used() == [4, 3]
    rules.cancel_redemption(other.pk)
    assert used() == [4, 2]


@pytest.fixture
def visitor(sparrow: int, client: Client) -> Client:
    """A visitor whose cart has two SP-RED: €39.00."""
    client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 2})
    client.get("/cart/")
    return client


@pytest.mark.parametrize("typed", ["TEST", " test "])
def test_a_code_is_applied_and_removed(visitor: Client, typed: str) -> None:
    discount().save()
    response = visitor.post("/cart/code/", {"code": typed})
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    response = visitor.get("/cart/")
    assert message_levels(response) == ["success"]
    page = response.content.decode()
    for text in ("Discount TEST", "−€3.90", "€35.10", "10 %"):
        assert text in page
    assert visitor.post("/cart/code/", {"remove": "yes"}).status_code == 303
    page = visitor.get("/cart/").content.decode()
    assert "Discount TEST" not in page
    assert "€39.00" in page


@pytest.mark.parametrize(
    ("fields", "form", "code", "value"),
    [
        ({}, {}, "required", ""),
        ({}, {"code": ""}, "required", ""),
        ({}, {"code": "NOPE"}, "discount-unknown", ""),
        ({}, {"code": "<script>"}, "discount-unknown", ""),
        ({}, {"code": "A" * 41}, "max_length", ""),
        ({}, {"code": "T\0EST"}, "null_characters_not_allowed", ""),
        ({"ends_at": NOW}, {"code": "TEST"}, "discount-unknown", ""),
        ({"starts_at": NOW + HOUR}, {"code": "TEST"}, "discount-unknown", ""),
        ({"limit": 1, "used": 1}, {"code": "TEST"}, "discount-unknown", ""),
        # A code that is not active reveals none of its conditions.
        (
            {"ends_at": NOW, "currency": "EUR", "minimum": 4000},
            {"code": "TEST"},
            "discount-unknown",
            "",
        ),
        ({"currency": "EUR", "minimum": 4000}, {"code": "TEST"}, "discount-minimum", "€40.00"),
        ({"currency": "USD"}, {"code": "TEST"}, "discount-currency", "USD"),
    ],
)
def test_a_code_that_does_not_apply_is_refused(
    visitor: Client, fields: dict[str, Any], form: dict[str, str], code: str, value: str
) -> None:
    discount(**fields).save()
    response = visitor.post("/cart/code/", form)
    page = response.content.decode()
    assert response.status_code == 422
    assert error_codes(response, "code_form") == {"code": [code]}
    assert value in page
    assert 'aria-describedby="code-error"' in page
    assert "<script>" not in page
    assert Cart.objects.get().discount is None


def test_a_wrong_code_stays_in_its_field(visitor: Client) -> None:
    assert 'value="NOPE"' in visitor.post("/cart/code/", {"code": "NOPE"}).content.decode()


def test_a_code_is_removed_from_one_cart(sparrow: int) -> None:
    discount().save()
    keys = [fill_cart(("SP-RED", 1)) for _ in range(2)]
    for key in keys:
        carts.apply_discount(key, "TEST", currency="EUR", now=NOW)
    carts.remove_discount(keys[0])
    found = [carts.load(key, currency="EUR", now=NOW).discount for key in keys]
    assert [one and one.code for one in found] == [None, "TEST"]


def test_an_empty_cart_accepts_no_code(db: None, client: Client) -> None:
    page = client.post("/cart/code/", {"code": "TEST"})
    assert (page.status_code, error_codes(page, "code_form")) == (422, {"code": ["empty-cart"]})
    assert client.post("/cart/code/", {"remove": "yes"}).status_code == 303
    assert client.get("/cart/code/")["Location"] == "/cart/"


def test_a_discount_that_expires_in_the_cart_no_longer_applies(visitor: Client) -> None:
    discount().save()
    visitor.post("/cart/code/", {"code": "TEST"})
    Discount.objects.update(ends_at=timezone.now())
    response = visitor.get("/cart/")
    page = response.content.decode()
    problem = discount_problem("discount-expired")
    assert response.context["cart"].discount_problem == problem
    assert problem_text(problem) in page
    assert "€39.00" in page


def test_a_cart_whose_code_has_expired_cannot_be_ordered(sparrow: int) -> None:
    discount().save()
    key = fill_cart(("SP-RED", 1))
    carts.apply_discount(key, "TEST", currency="EUR", now=NOW)
    Discount.objects.update(ends_at=NOW)
    with pytest.raises(orders.OrderError) as caught:
        place_order(key)
    assert caught.value.problem == discount_problem("discount-expired")
    assert Discount.objects.get().used == 0


def test_an_order_redeems_the_discount_and_cancelling_undoes_it(sparrow: int) -> None:
    discount(limit=1).save()
    key, other = fill_cart(("SP-RED", 1)), fill_cart(("SP-RED", 1))
    for cart in (key, other):
        carts.apply_discount(cart, "TEST", currency="EUR", now=NOW)
    order = place_order(key)
    assert (order.subtotal, order.reduction, order.total) == (1950, 195, 1755)
    assert (order.discount_code, Discount.objects.get().used) == ("TEST", 1)
    with pytest.raises(orders.OrderError) as caught:
        place_order(other)
    assert caught.value.problem == discount_problem("discount-used-up")
    assert orders.cancel(order.pk, refill_cart=True)
    assert Discount.objects.get().used == 0
    assert carts.load(key, currency="EUR", now=NOW).total == 1755


def test_the_last_use_can_be_redeemed_by_another_order_first(
    sparrow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    discount(limit=1).save()
    key = fill_cart(("SP-RED", 1))
    carts.apply_discount(key, "TEST", currency="EUR", now=NOW)
    monkeypatch.setattr(rules, "redeem", lambda _pk: False)
    with pytest.raises(orders.OrderError) as caught:
        place_order(key)
    assert caught.value.problem == discount_problem("discount-used-up")
    assert carts.item_count(key) == 1
