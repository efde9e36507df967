"""Form parameters as Stripe reads them: nested by brackets, and refused where they are unknown."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

type Read = Callable[[Any, str], Any]
"""Takes what was sent and its name, gives the value. Raises RefusedError."""

CURRENCIES = frozenset({"chf", "eur", "gbp", "jpy", "usd"})
MOST = 99_999_999
LEAST = {"gbp": 30}
"""The least amount of a payment where it is not 50, in minor units."""

BAD = "invalid_request_error"
"""The type of an error that is the caller's."""

_NAME = re.compile(r"([a-z_]+)((?:\[[^\[\]]+\])*)")


class RefusedError(Exception):
    """An answer of Stripe's that is an error."""

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
    """An object with these fields and no other."""
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


def list_of(item: Read, most: int) -> Read:
    """A list, whose items are numbered from 0."""

    def read(value: Any, name: str) -> list[Any]:
        if not isinstance(value, dict) or list(value) != [str(i) for i in range(len(value))]:
            raise RefusedError(f"Invalid array: {name}")
        if len(value) > most:
            raise RefusedError(f"{name} has more than {most} items")
        return [item(sent, _inside(name, key)) for key, sent in value.items()]

    return read


def text(longest: int) -> Read:
    """A text that says something."""

    def read(value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise RefusedError(f"Invalid string: {name}")
        if not value.strip():
            raise RefusedError(f"You passed an empty string for '{name}'.")
        if len(value) > longest:
            raise RefusedError(f"Invalid string: {name} must be at most {longest} characters")
        return value

    return read


def one_of(*choices: str) -> Read:
    """One of these texts."""

    def read(value: Any, name: str) -> str:
        if value not in choices:
            raise RefusedError(f"Invalid {name}: must be one of {', '.join(choices)}")
        return str(value)

    return read


def whole(least: int, most: int) -> Read:
    """A whole number."""

    def read(value: Any, name: str) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,10}", value):
            raise RefusedError(f"Invalid integer: {name}")
        if not least <= int(value) <= most:
            raise RefusedError(f"Invalid integer: {name} must be from {least} to {most}")
        return int(value)

    return read


def web_address(value: Any, name: str) -> str:
    """An absolute address of a page."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedError(f"Not a valid URL: {name}", code="url_invalid")
    return str(value)


def metadata(value: Any, name: str) -> dict[str, str]:
    """A few texts under names of ours."""
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
                    "quantity": whole(1, 999_999),
                    "price_data": fields(
                        required={
                            "currency": one_of(*sorted(CURRENCIES)),
                            "unit_amount": whole(0, MOST),
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
        "expires_at": whole(1, 9_999_999_999),
        "customer_email": text(512),
        "metadata": metadata,
        "payment_intent_data": fields(
            required={}, optional={"metadata": metadata, "description": text(1000)}
        ),
    },
)
"""Of a new session of Checkout."""

REFUND = fields(
    required={"payment_intent": text(255)},
    optional={
        "amount": whole(1, MOST),
        "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
        "metadata": metadata,
    },
)
"""Of a new refund."""

COUPON = fields(
    required={"amount_off": whole(1, MOST), "currency": one_of(*sorted(CURRENCIES))},
    optional={
        "duration": one_of("once"),
        "max_redemptions": whole(1, 999_999),
        "name": text(40),
    },
)
"""Of a new coupon over an amount."""

_PAGE = {
    "active": one_of("true", "false"),
    "limit": whole(1, 100),
    "starting_after": text(255),
}
LIST = {
    "products": fields(required={}, optional=_PAGE),
    "prices": fields(required={}, optional={**_PAGE, "type": one_of("one_time", "recurring")}),
}
"""Of a page of a list, by the list's name."""

NOTHING = fields(required={})


def subtotal_of(line_items: list[dict[str, Any]]) -> tuple[int, str]:
    """The sum and the currency of a session's items. Raises RefusedError."""
    prices = [item["price_data"] for item in line_items]
    currencies = {price["currency"] for price in prices}
    if len(currencies) != 1:
        raise RefusedError("All items of a session have one currency, and there is at least one")
    (currency,) = currencies
    return sum(
        item["quantity"] * item["price_data"]["unit_amount"] for item in line_items
    ), currency


def must_be_payable(total: int, currency: str) -> None:
    """Raises RefusedError for a total that no card would be charged with."""
    if not LEAST.get(currency, 50) <= total <= MOST:
        raise RefusedError(f"{total} {currency} can't be paid", code="amount_too_small")
