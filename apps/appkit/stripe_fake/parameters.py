"""Parses form parameters as Stripe does: nested by brackets; unknown parameters are refused."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

type Read = Callable[[Any, str], Any]
"""Converts a sent value, given the name of its parameter. Raises RefusedError."""

CURRENCIES = frozenset({"chf", "eur", "gbp", "jpy", "usd"})
MAX_AMOUNT = 99_999_999
MIN_AMOUNT = 50
MIN_AMOUNTS = {"gbp": 30}
"""Minimum amounts of a payment that differ from MIN_AMOUNT; in minor units, like all amounts."""

BAD = "invalid_request_error"
"""The type of an error in the request."""

_NAME = re.compile(r"([a-z_]+)((?:\[[^\[\]]+\])*)")


class RefusedError(Exception):
    """A response of Stripe that is an error."""

    def __init__(self, message: str, *, status: int = 400, kind: str = BAD, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, "code": code or None}}


def read_form(body: str, read: Read) -> Any:
    """The parameters of a form-encoded body. Raises RefusedError."""
    tree: dict[str, Any] = {}
    try:
        pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body), errors="strict")
    except ValueError as error:
        raise RefusedError("The body is not form-encoded") from error
    for name, value in pairs:
        _put(tree, name, value)
    return read(tree, "")


def _put(tree: dict[str, Any], name: str, value: str) -> None:
    match = _NAME.fullmatch(name)
    if match is None:
        raise RefusedError(f"Received unknown parameter: {name}")
    *folders, last = [match[1], *re.findall(r"\[([^\[\]]+)\]", match[2])]
    for folder in folders:
        tree = tree.setdefault(folder, {})
        if not isinstance(tree, dict):
            raise RefusedError(f"{name} is given in two ways")
    if last in tree:
        raise RefusedError(f"{name} is given twice")
    tree[last] = value


def fields(*, required: Mapping[str, Read], optional: Mapping[str, Read] | None = None) -> Read:
    """An object that has only these fields."""
    known = {**required, **(optional or {})}

    def read(value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise RefusedError(f"Invalid object: {name}")
        if unknown := sorted(value.keys() - known.keys()):
            raise RefusedError(f"Received unknown parameter: {_inside(name, unknown[0])}")
        if missing := sorted(required.keys() - value.keys()):
            raise RefusedError(f"Missing required param: {_inside(name, missing[0])}.")
        return {key: known[key](sent, _inside(name, key)) for key, sent in value.items()}

    return read


def list_of(item: Read, max_items: int) -> Read:
    """A list whose items are numbered from 0."""

    def read(value: Any, name: str) -> list[Any]:
        if not isinstance(value, dict) or list(value) != [str(i) for i in range(len(value))]:
            raise RefusedError(f"Invalid array: {name}")
        if len(value) > max_items:
            raise RefusedError(f"{name} has more than {max_items} items")
        return [item(sent, _inside(name, key)) for key, sent in value.items()]

    return read


def text(max_length: int) -> Read:
    """A text that is not blank."""

    def read(value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise RefusedError(f"Invalid string: {name}")
        if not value.strip():
            raise RefusedError(f"You passed an empty string for '{name}'.")
        if len(value) > max_length:
            raise RefusedError(f"Invalid string: {name} must be at most {max_length} characters")
        return value

    return read


def one_of(*choices: str) -> Read:
    """One of these texts."""

    def read(value: Any, name: str) -> str:
        if value not in choices:
            raise RefusedError(f"Invalid {name}: must be one of {', '.join(choices)}")
        return str(value)

    return read


def country(value: Any, name: str) -> str:
    """The code of a country in ISO 3166."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}", value):
        raise RefusedError(f"Invalid {name}: must be the code of a country")
    return value


def integer(minimum: int, maximum: int) -> Read:
    """A whole number."""

    def read(value: Any, name: str) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,10}", value):
            raise RefusedError(f"Invalid integer: {name}")
        if not minimum <= int(value) <= maximum:
            raise RefusedError(f"Invalid integer: {name} must be from {minimum} to {maximum}")
        return int(value)

    return read


def web_address(value: Any, name: str) -> str:
    """An absolute URL of a web page."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedError(f"Not a valid URL: {name}", code="url_invalid")
    return str(value)


def metadata(value: Any, name: str) -> dict[str, str]:
    """An object of texts whose names the caller chooses."""
    if not isinstance(value, dict) or len(value) > 50:
        raise RefusedError(f"{name} must be an object with up to 50 keys")
    if any(len(key) > 40 for key in value):
        raise RefusedError(f"The keys of {name} have up to 40 characters")
    return {key: text(500)(sent, _inside(name, key)) for key, sent in value.items()}


def _inside(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key


SESSION = fields(
    required={
        "mode": one_of("payment"),
        "success_url": web_address,
        "line_items": list_of(
            fields(
                required={
                    "quantity": integer(1, 999_999),
                    "price_data": fields(
                        required={
                            "currency": one_of(*sorted(CURRENCIES)),
                            "unit_amount": integer(0, MAX_AMOUNT),
                            "product_data": fields(
                                required={"name": text(250)},
                                optional={"description": text(500), "metadata": metadata},
                            ),
                        }
                    ),
                }
            ),
            100,
        ),
    },
    optional={
        "cancel_url": web_address,
        "client_reference_id": text(200),
        "discounts": list_of(fields(required={"coupon": text(255)}), 1),
        "expires_at": integer(1, 9_999_999_999),
        "customer_email": text(512),
        "shipping_address_collection": fields(
            required={"allowed_countries": list_of(country, 300)}
        ),
        "metadata": metadata,
        "payment_intent_data": fields(
            required={}, optional={"metadata": metadata, "description": text(1000)}
        ),
    },
)
"""The parameters of a new Checkout session."""

REFUND = fields(
    required={"payment_intent": text(255)},
    optional={
        "amount": integer(1, MAX_AMOUNT),
        "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
        "metadata": metadata,
    },
)
"""The parameters of a new refund."""

COUPON = fields(
    required={"amount_off": integer(1, MAX_AMOUNT), "currency": one_of(*sorted(CURRENCIES))},
    optional={
        "duration": one_of("once"),
        "max_redemptions": integer(1, 999_999),
        "name": text(40),
    },
)
"""The parameters of a new coupon for an amount."""

_PAGE = {
    "active": one_of("true", "false"),
    "limit": integer(1, 100),
    "starting_after": text(255),
}
LIST = {
    "products": fields(required={}, optional=_PAGE),
    "prices": fields(required={}, optional={**_PAGE, "type": one_of("one_time", "recurring")}),
}
"""The parameters of a page of a list, by the name of the list."""

NOTHING = fields(required={})

RETRIEVE = fields(required={}, optional={"expand": list_of(one_of("payment_intent"), 1)})
"""The parameters of a request for one session."""

CHARGES = fields(required={"payment_intent": text(255)})
"""The parameters of the list of the charges of a payment."""

REFUNDS = fields(required={"payment_intent": text(255)}, optional={"limit": integer(1, 100)})
"""The parameters of the list of the refunds of a payment."""


def subtotal_of(line_items: list[dict[str, Any]]) -> tuple[int, str]:
    """The sum and the currency of a session's items. Raises RefusedError."""
    prices = [item["price_data"] for item in line_items]
    currencies = {price["currency"] for price in prices}
    if len(currencies) != 1:
        raise RefusedError("A session needs at least one item, and all items in one currency")
    (currency,) = currencies
    return sum(
        item["quantity"] * item["price_data"]["unit_amount"] for item in line_items
    ), currency


def must_be_payable(total: int, currency: str) -> None:
    """Raises RefusedError for a total that Stripe does not charge."""
    if not MIN_AMOUNTS.get(currency, MIN_AMOUNT) <= total <= MAX_AMOUNT:
        raise RefusedError(f"{total} {currency} can't be paid", code="amount_too_small")
