"""Prices are whole minor units of a currency (cents; a yen has none), never floats."""

import re

DECIMALS = {"chf": 2, "eur": 2, "gbp": 2, "jpy": 0, "usd": 2}
"""The currencies that we sell in, by Stripe's names, with the number of their decimals."""

LEAST, MOST = 50, 99_999_999
"""In minor units, what Stripe accepts as the amount of a payment."""

_SIGNS = {"chf": "CHF\N{NO-BREAK SPACE}", "eur": "€", "gbp": "£", "jpy": "¥", "usd": "$"}
_PRICE = re.compile(r"-?[0-9]{1,9}(?:\.([0-9]+))?")


def parse_price(text: str, currency: str) -> int:
    """`48` or `48.00` in minor units. Raises ValueError with a sentence for whoever typed it."""
    decimals = DECIMALS[currency]
    match = _PRICE.fullmatch(text)
    if match is None:
        raise ValueError(f"Write the price as a plain number, like {_plain(4800, decimals)}.")
    fraction = match[1] or ""
    if len(fraction) > decimals:
        raise ValueError(
            f"{currency.upper()} has no more than {decimals} decimals."
            if decimals
            else "A yen is whole."
        )
    minor = int(text.replace(".", "") + "0" * (decimals - len(fraction)))
    if not LEAST <= minor <= MOST:
        raise ValueError(
            f"The price must be from {show_price(LEAST, currency)} to {show_price(MOST, currency)}."
        )
    return minor


def show_price(minor: int, currency: str) -> str:
    """Minor units as people read them: `€1,248.00`."""
    return f"{_SIGNS[currency]}{_plain(minor, DECIMALS[currency])}"


def write_price(minor: int, currency: str) -> str:
    """Minor units as `parse_price` reads them: `1248.00`."""
    return _plain(minor, DECIMALS[currency]).replace(",", "")


def _plain(minor: int, decimals: int) -> str:
    whole, rest = divmod(minor, 10**decimals)
    return f"{whole:,}.{rest:0{decimals}}" if decimals else f"{whole:,}"
