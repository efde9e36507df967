"""Money is a whole number of its currency's smallest unit. Only this module shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that prices may be given in."""

    code: str
    """ISO 4217, three capital letters."""
    symbol: str
    digits: int
    """Decimal places of its smallest unit: 2 for cents."""


CURRENCIES: Mapping[str, Currency] = MappingProxyType(
    {currency.code: currency for currency in (Currency("EUR", "€", 2),)}
)


def currency_choices() -> list[tuple[str, str]]:
    """Pairs of code and label, for forms. A function, so that a new currency needs no migration."""
    return [(code, f"{code} ({currency.symbol})") for code, currency in CURRENCIES.items()]


def show(amount: int, code: str) -> str:
    """`show(123450, "EUR")` is `€1,234.50`. Raises `KeyError` for an unknown currency."""
    currency = CURRENCIES[code]
    units, rest = divmod(amount, 10**currency.digits)
    fraction = f".{rest:0{currency.digits}}" if currency.digits else ""
    return f"{currency.symbol}{units:,}{fraction}"
