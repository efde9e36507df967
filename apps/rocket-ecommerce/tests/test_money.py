import pytest
from hypothesis import given
from hypothesis import strategies as st

from rocket import money


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "€0.00"),
        (5, "€0.05"),
        (1250, "€12.50"),
        (-1250, "−€12.50"),
        (-5, "−€0.05"),
        (123456789, "€1,234,567.89"),
    ],
)
def test_amounts_are_shown_in_euros(amount: int, shown: str) -> None:
    assert money.show(amount, "EUR") == shown


def test_a_currency_without_decimals() -> None:
    assert money.show(1250, "JPY") == "¥1,250"


@given(amount=st.integers(), code=st.sampled_from(list(money.CURRENCIES)))
def test_what_is_shown_is_the_amount(amount: int, code: str) -> None:
    shown = money.show(amount, code)
    digits = "".join(one for one in shown if one.isdecimal())
    assert int(digits) == abs(amount)
    assert shown.startswith("−") == (amount < 0)


def test_an_unknown_currency_is_an_error() -> None:
    with pytest.raises(KeyError):
        money.show(1, "XXX")


def test_forms_offer_every_currency() -> None:
    assert money.currency_choices() == [
        ("EUR", "EUR (€)"),
        ("USD", "USD ($)"),
        ("GBP", "GBP (£)"),
        ("JPY", "JPY (¥)"),
    ]
