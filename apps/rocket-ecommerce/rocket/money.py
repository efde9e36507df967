"""Amounts of money: whole numbers of the currency's smallest unit, such as cents."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MAX_AMOUNT = 99_999_999
"""The largest payment that Stripe accepts, in the smallest unit."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency in which the shop can sell."""

    code: str
    """ISO 4217, three capital letters."""
    symbol: str
    name: str
    digits: int
    """Number of decimal places: 2 if the smallest unit is a cent."""
    min_amount: int
    """The smallest payment that Stripe accepts, in the smallest unit."""


CURRENCIES: Mapping[str, Currency] = MappingProxyType(
    {
        currency.code: currency
        for currency in (
            Currency("EUR", "€", "Euro", 2, 50),
            Currency("USD", "$", "US dollar", 2, 50),
            Currency("GBP", "£", "Pound sterling", 2, 30),
            Currency("JPY", "¥", "Japanese yen", 0, 50),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency. `str` formats it."""

    amount: int
    currency: str

    def __str__(self) -> str:
        return format_amount(self.amount, self.currency)


def currency_choices() -> list[tuple[str, str]]:
    """Pairs of code and label for forms.

    This is a function, so that a new currency needs no migration.
    """
    return [(code, f"{code} ({currency.symbol})") for code, currency in CURRENCIES.items()]


def format_amount(amount: int, code: str) -> str:
    """`format_amount(123450, "EUR")` is `€1,234.50`. Raises `KeyError` for an unknown currency."""
    currency = CURRENCIES[code]
    units, rest = divmod(abs(amount), 10**currency.digits)
    fraction = f".{rest:0{currency.digits}}" if currency.digits else ""
    return f"{'−' if amount < 0 else ''}{currency.symbol}{units:,}{fraction}"
