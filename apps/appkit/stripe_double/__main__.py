"""`python -m stripe_double`: the double by itself.

Environment:
- `PORT`: what it listens on, 12111 unless set; 0 for a free one, which the first line then names;
- `ORIGIN`: its address as browsers reach it, http://127.0.0.1:PORT unless set;
- `ACCOUNTS`: JSON, secret key to its webhook: `{"sk_test_shop": {"url": "http://…/stripe/webhook",
  "secret": "whsec_…"}}`, or null for an account without one;
- `STRIPE_MOCK`: the address of a stripe-mock that is asked too; without it, none is.
"""

import json
import os
import signal
import sys

from .mock import Mock
from .server import StripeDouble
from .webhooks import Endpoint


def main() -> None:
    """Serves until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = int(os.environ.get("PORT", "12111"))
    accounts = json.loads(os.environ["ACCOUNTS"])
    mock = os.environ.get("STRIPE_MOCK")
    with StripeDouble(
        {key: Endpoint(**endpoint) if endpoint else None for key, endpoint in accounts.items()},
        address=("", port),
        origin=os.environ.get("ORIGIN", ""),
        mock=Mock(mock) if mock else None,
    ) as double:
        print(double.origin, flush=True)
        double.serve_forever()


if __name__ == "__main__":
    main()
