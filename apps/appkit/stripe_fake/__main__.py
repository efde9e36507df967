"""`python -m stripe_fake`: the fake as a program.

Environment variables:
- `PORT`: the port to listen on, by default 12111; with 0 it is a free port, and the first line of
  the output has the address;
- `ORIGIN`: its address for browsers, by default http://127.0.0.1:PORT;
- `ACCOUNTS`: JSON object from the secret key of an account to its webhook endpoint, such as
  `{"sk_test_shop": {"url": "http://shop/webhook", "secret": "whsec_…"}}`; null for an account
  without an endpoint;
- `STRIPE_MOCK`: the address of a stripe-mock that has to accept each request too; optional.
"""

import json
import os
import signal
import sys

from .mock import Mock
from .server import StripeFake
from .webhooks import Endpoint


def main() -> None:
    """Serves until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = int(os.environ.get("PORT", "12111"))
    accounts = json.loads(os.environ["ACCOUNTS"])
    mock = os.environ.get("STRIPE_MOCK")
    with StripeFake(
        {key: Endpoint(**endpoint) if endpoint else None for key, endpoint in accounts.items()},
        address=("", port),
        origin=os.environ.get("ORIGIN", ""),
        mock=Mock(mock) if mock else None,
    ) as fake:
        print(fake.origin, flush=True)
        fake.serve_forever()


if __name__ == "__main__":
    main()
