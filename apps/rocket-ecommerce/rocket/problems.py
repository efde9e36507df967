"""Broken rules as codes and values. `storefront.problem_texts` has a sentence for each code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rocket.money import Money

type Code = Literal[
    # The lines of a cart.
    "not-for-sale",
    "no-longer-for-sale",
    "sold-out",
    "insufficient-stock",
    "quantity-limit",
    "not-in-cart",
    # The whole cart.
    "empty-cart",
    "lines-not-orderable",
    "just-sold-out",
    "total-changed",
    "total-too-small",
    "total-too-large",
    "contact-missing",
    # Unpaid orders.
    "too-many-unpaid-orders",
    "too-many-unpaid-items",
    "share-reserved",
    # Discounts.
    "discount-unknown",
    "discount-not-started",
    "discount-expired",
    "discount-used-up",
    "discount-currency",
    "discount-minimum",
]


@dataclass(frozen=True)
class Problem:
    """A rule that is broken."""

    code: Code
    values: Mapping[str, int | str | Money] = field(default_factory=dict)
    """The values that a sentence about the problem contains."""


class RuleError(ValueError):
    """Nothing was changed, because a rule is broken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem
