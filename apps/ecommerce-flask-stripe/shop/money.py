"""Prices as integers in minor units of a currency (cents; yen have none), never floats."""

import re

DECIMALS = {"chf": 2, "eur": 2, "gbp": 2, "jpy": 0, "usd": 2}
"""The currencies of the shop, by Stripe's names, with their numbers of decimals."""

MIN_PRICE, MAX_PRICE = 50, 99_999_999
"""The amounts that Stripe accepts for a payment, in minor units."""

_SIGNS = {"chf": "CHF\N{NO-BREAK SPACE}", "eur": "€", "gbp": "£", "jpy": "¥", "usd": "$"}
_PRICE = re.compile(r"-?[0-9]{1,9}(?:\.([0-9]+))?")


def parse_price(text: str, currency: str) -> int:
    """`48` or `48.00` in minor units. Raises ValueError with a message for the user."""
    decimals = DECIMALS[currency]
    match = _PRICE.fullmatch(text)
    if match is None:
        raise ValueError(f"Write the price as a plain number, like {_plain(4800, decimals)}.")
    fraction = match[1] or ""
    if len(fraction) > decimals:
        raise ValueError(
            f"{currency.upper()} has no more than {decimals} decimals."
            if decimals
            else "Write the price without decimals: a yen has no smaller unit."
        )
    minor = int(text.replace(".", "") + "0" * (decimals - len(fraction)))
    if not MIN_PRICE <= minor <= MAX_PRICE:
        raise ValueError(
            f"The price must be from {show_price(MIN_PRICE, currency)}"
            f" to {show_price(MAX_PRICE, currency)}."
        )
    return minor


def show_price(minor: int, currency: str) -> str:
    """An amount for display: `€1,248.00`."""
    return f"{_SIGNS[currency]}{_plain(minor, DECIMALS[currency])}"


def write_price(minor: int, currency: str) -> str:
    """An amount as `parse_price` reads it: `1248.00`."""
    return _plain(minor, DECIMALS[currency]).replace(",", "")


def _plain(minor: int, decimals: int) -> str:
    whole, rest = divmod(minor, 10**decimals)
    return f"{whole:,}.{rest:0{decimals}}" if decimals else f"{whole:,}"
