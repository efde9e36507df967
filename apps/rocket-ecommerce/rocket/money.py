"""Money is a whole number of its currency's smallest unit. Only this module shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MOST = 99_999_999
"""The largest amount of a payment, in the smallest unit: Stripe takes no more."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that prices may be given in."""

    code: str
    """ISO 4217, three capital letters."""
    symbol: str
    name: str
    digits: int
    """Decimal places of its smallest unit: 2 for cents."""
    least: int
    """The smallest amount of a payment, in the smallest unit: Stripe takes no less."""


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


def currency_choices() -> list[tuple[str, str]]:
    """Pairs of code and label, for forms. A function, so that a new currency needs no migration."""
    return [(code, f"{code} ({currency.symbol})") for code, currency in CURRENCIES.items()]


def show(amount: int, code: str) -> str:
    """`show(123450, "EUR")` is `€1,234.50`. Raises `KeyError` for an unknown currency."""
    currency = CURRENCIES[code]
    units, rest = divmod(abs(amount), 10**currency.digits)
    fraction = f".{rest:0{currency.digits}}" if currency.digits else ""
    return f"{'−' if amount < 0 else ''}{currency.symbol}{units:,}{fraction}"
