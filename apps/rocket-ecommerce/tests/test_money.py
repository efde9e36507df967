"""Formatting amounts of money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rocket import money


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "€0.00"),
        (5, "€0.05"),
        (1250, "€12.50"),
        (-1250, "−€12.50"),
        (-5, "−€0.05"),
        (123456789, "€1,234,567.89"),
    ],
)
def test_a_currency_with_decimals(amount: int, text: str) -> None:
    assert money.format_amount(amount, "EUR") == str(money.Money(amount, "EUR")) == text


def test_a_currency_without_decimals() -> None:
    assert money.format_amount(1250, "JPY") == "¥1,250"


@given(amount=st.integers(), code=st.sampled_from(list(money.CURRENCIES)))
def test_the_digits_are_those_of_the_amount(amount: int, code: str) -> None:
    text = money.format_amount(amount, code)
    digits = "".join(character for character in text if character.isdecimal())
    assert int(digits) == abs(amount)
    assert text.startswith("−") == (amount < 0)


def test_an_unknown_currency_is_an_error() -> None:
    with pytest.raises(KeyError):
        money.format_amount(1, "XXX")


def test_currency_choices() -> None:
    assert money.currency_choices() == [
        ("EUR", "EUR (€)"),
        ("USD", "USD ($)"),
        ("GBP", "GBP (£)"),
        ("JPY", "JPY (¥)"),
    ]
