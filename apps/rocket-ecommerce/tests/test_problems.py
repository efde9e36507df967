"""Problems as texts and as errors of a form."""

from typing import get_args

import pytest

from rocket.money import Money
from rocket.problems import Code, Problem
from rocket.storefront.problem_texts import TEXTS, form_error, problem_text


def test_every_code_has_a_text() -> None:
    assert set(TEXTS) == set(get_args(Code.__value__))


@pytest.mark.parametrize(
    ("problem", "shown"),
    [
        (Problem("insufficient-stock", {"stock": 3}), ["3"]),
        (Problem("insufficient-stock", {"stock": 3, "in_cart": 2}), ["3", "2"]),
        (Problem("quantity-limit", {"limit": 20, "in_cart": 15}), ["20", "15"]),
        (
            Problem("just-sold-out", {"product": "100 % wool", "version": "%(red)s"}),
            ["100 % wool", "%(red)s"],
        ),
        (Problem("total-too-small", {"minimum": Money(50, "EUR")}), ["€0.50"]),
        (Problem("total-too-large", {"maximum": Money(123, "JPY")}), ["¥123"]),
        (
            Problem("discount-minimum", {"discount": "TEN", "minimum": Money(2001, "EUR")}),
            ["TEN", "€20.01"],
        ),
        (Problem("discount-currency", {"discount": "TEN", "currency": "USD"}), ["TEN", "USD"]),
    ],
)
def test_the_text_contains_the_values(problem: Problem, shown: list[str]) -> None:
    text = problem_text(problem)
    assert all(value in text for value in shown)
    error = form_error(problem)
    assert (error.code, error.messages) == (problem.code, [text])
