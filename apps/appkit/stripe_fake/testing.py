"""A fake with one account that runs in the background of a shop's tests."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from socketserver import BaseServer
from typing import Any

from .mock import Mock
from .server import StripeFake

KEY, WEBHOOK_SECRET = "sk_test_fake", "whsec_fake"


def collected(name: object, **address: object) -> dict[str, Any]:
    """The part of a session with the data that the buyer has entered."""
    return {"collected_information": {"shipping_details": {"name": name, "address": address}}}


WITHOUT_ADDRESS: tuple[dict[str, Any], ...] = (
    {},
    {"collected_information": None},
    {"collected_information": {"shipping_details": None}},
    collected(None),
    collected("", line1="", line2=None),
    {"collected_information": "12 Square Street"},
)
"""Parts of sessions for which the buyer has entered no address."""

UNSTORABLE_NAMES: tuple[object, ...] = (
    "a\0\ud800\u202e",
    "n" * 5000,
    7,
    ["A. Buyer"],
    {"a": "b"},
)
"""Names of recipients that a database would reject, or that are no texts."""


@contextmanager
def in_background(server: BaseServer) -> Iterator[None]:
    """Runs a server during the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def running_fake() -> Iterator[StripeFake]:
    """A fake without a webhook endpoint.

    If STRIPE_MOCK is the address of a stripe-mock, it has to accept each request too.
    """
    mock = Mock(os.environ["STRIPE_MOCK"]) if "STRIPE_MOCK" in os.environ else None
    with StripeFake({KEY: None}, mock=mock) as fake, in_background(fake):
        yield fake
    if mock and mock.disagreements:
        raise AssertionError(mock.disagreements)


def account_settings(fake: StripeFake, shop: str) -> dict[str, str]:
    """The settings of a shop that uses the account of the fake."""
    return {
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": fake.origin,
        "PUBLIC_URL": f"http://shop.test/{shop}",
    }


@contextmanager
def running_account(shop: str) -> Iterator[Mapping[str, str]]:
    """The settings of a shop, with a fake that runs during the block."""
    with running_fake() as fake:
        yield account_settings(fake, shop)
