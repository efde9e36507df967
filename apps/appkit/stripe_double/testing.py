"""What the tests of a shop begin with: one account, and a double that answers meanwhile."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer

from .mock import Mock
from .server import StripeDouble

KEY, WEBHOOK_SECRET = "sk_test_double", "whsec_double"


@contextmanager
def in_background(server: BaseServer) -> Iterator[None]:
    """A server that answers while the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def running_double() -> Iterator[StripeDouble]:
    """A double whose webhooks go nowhere yet.

    With STRIPE_MOCK, the address of a stripe-mock, that one has to agree to each request.
    """
    mock = Mock(os.environ["STRIPE_MOCK"]) if "STRIPE_MOCK" in os.environ else None
    with StripeDouble({KEY: None}, mock=mock) as double, in_background(double):
        yield double
    if mock and mock.disagreements:
        raise AssertionError(mock.disagreements)
