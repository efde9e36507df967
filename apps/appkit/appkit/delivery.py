"""The delivery address of an order, for which Stripe Checkout asks the buyer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

COUNTRIES: Mapping[str, str] = MappingProxyType(
    {
        "AT": "Austria",
        "BE": "Belgium",
        "BG": "Bulgaria",
        "CH": "Switzerland",
        "CY": "Cyprus",
        "CZ": "Czechia",
        "DE": "Germany",
        "DK": "Denmark",
        "EE": "Estonia",
        "ES": "Spain",
        "FI": "Finland",
        "FR": "France",
        "GB": "United Kingdom",
        "GR": "Greece",
        "HR": "Croatia",
        "HU": "Hungary",
        "IE": "Ireland",
        "IT": "Italy",
        "JP": "Japan",
        "LI": "Liechtenstein",
        "LT": "Lithuania",
        "LU": "Luxembourg",
        "LV": "Latvia",
        "MT": "Malta",
        "NL": "Netherlands",
        "NO": "Norway",
        "PL": "Poland",
        "PT": "Portugal",
        "RO": "Romania",
        "SE": "Sweden",
        "SI": "Slovenia",
        "SK": "Slovakia",
        "US": "United States",
    }
)
"""The countries to which the shops deliver: the codes of ISO 3166 and the names."""

MAX_RECIPIENT_LENGTH = 100
MAX_LINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """A recipient and an address. Their texts are not in its `repr`, so that no log has them."""

    recipient: str = field(repr=False)
    address: str = field(repr=False)
    """The lines below the name of the recipient; the last one is the country."""


# Any: a plain dict of the shape that a TypedDict of Stripe's SDK describes.
def collection() -> Any:
    """The parameter `shipping_address_collection` of a new Checkout session."""
    return {"allowed_countries": list(COUNTRIES)}


def delivery_of(session: Mapping[str, Any]) -> Delivery | None:
    """The delivery address of a completed Checkout session, or None if it has none.

    An unusual address must not prevent that a payment is recorded. So a part that is not a text is
    left out, a text that is too long is cut, and invisible characters become spaces.
    """
    collected = _mapping(session.get("collected_information"))
    # In events of a webhook endpoint with an API version before 2025-03-31, the session itself has
    # the details.
    details = _mapping(collected.get("shipping_details") or session.get("shipping_details"))
    parts = _mapping(details.get("address"))

    def line(part: str) -> str:
        return _line(parts.get(part), MAX_LINE_LENGTH)

    town = f"{line('postal_code')} {line('city')}".strip()
    country = COUNTRIES.get(line("country"), line("country"))
    lines = (line("line1"), line("line2"), town, line("state"), country)
    recipient = _line(details.get("name"), MAX_RECIPIENT_LENGTH)
    address = "\n".join(line for line in lines if line)
    return Delivery(recipient, address) if recipient or address else None


def lines_of(recipient: str, address: str) -> str:
    """The recipient and the address, or an empty text if neither is known."""
    return "\n".join(part for part in (recipient, address) if part)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _line(value: object, max_length: int) -> str:
    if not isinstance(value, str):
        return ""
    # Databases reject NUL and half of a surrogate pair; other characters reverse the text.
    visible = "".join(character if character.isprintable() else " " for character in value)
    line = " ".join(visible.split())
    return line if len(line) <= max_length else f"{line[: max_length - 1].rstrip()}…"
