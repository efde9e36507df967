"""The fake, and helpers that several test modules share."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from stripe_fake.server import Response, StripeFake
from stripe_fake.testing import KEY, running_fake

PRICE = "line_items[0][price_data]"
GOOD = {
    "mode": "payment",
    "success_url": "https://shop.test/success?id={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://shop.test/",
    "line_items[0][quantity]": "2",
    f"{PRICE}[currency]": "eur",
    f"{PRICE}[unit_amount]": "3450",
    f"{PRICE}[product_data][name]": "Oak tray",
    f"{PRICE}[product_data][description]": "A tray.",
    "metadata[product_slug]": "oak-tray",
    "payment_intent_data[metadata][product_slug]": "oak-tray",
    "client_reference_id": "7",
    "customer_email": "buyer@example.org",
}
HEADERS = {
    "Authorization": f"Bearer {KEY}",
    "Content-Type": "application/x-www-form-urlencoded",
}
SESSIONS = "/v1/checkout/sessions"


@pytest.fixture
def stripe_fake() -> Iterator[StripeFake]:
    with running_fake() as fake:
        yield fake


def create(fake: StripeFake, form: Mapping[str, str], **headers: str) -> Response:
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return fake.handle("POST", SESSIONS, {**HEADERS, **named}, urlencode(form))


def body(response: Response) -> dict[str, Any]:
    assert isinstance(response.body, dict)
    return response.body


def message(response: Response) -> str:
    return str(body(response)["error"]["message"])


def paid(fake: StripeFake, changes: Mapping[str, str] | None = None) -> dict[str, Any]:
    session = body(create(fake, {**GOOD, **(changes or {})}))["id"]
    fake.handle("POST", f"/c/pay/{session}", {}, "how=now")
    return fake.accounts[KEY].sessions[session]
