import pytest

from rocket import money


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "€0.00"),
        (5, "€0.05"),
        (1250, "€12.50"),
        (123456789, "€1,234,567.89"),
    ],
)
def test_amounts_are_shown_in_euros(amount: int, shown: str) -> None:
    assert money.show(amount, "EUR") == shown


def test_a_currency_without_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    yen = money.Currency("JPY", "¥", 0)
    monkeypatch.setattr(money, "CURRENCIES", {"JPY": yen})
    assert money.show(1250, "JPY") == "¥1,250"


def test_an_unknown_currency_is_an_error() -> None:
    with pytest.raises(KeyError):
        money.show(1, "XXX")


def test_forms_offer_every_currency() -> None:
    assert money.currency_choices() == [("EUR", "EUR (€)")]
