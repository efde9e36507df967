"""Delivers events to an application, with Stripe's signature, once or several times."""

import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

TIMEOUT = 20
"""Seconds to wait for the response of the application."""


@dataclass(frozen=True)
class Endpoint:
    """The webhook endpoint of an account."""

    url: str
    secret: str

    def deliver(
        self, event: dict[str, Any], *, age: int = 0, secret: str = "", times: int = 1
    ) -> list[int]:
        """Sends an event `times` times concurrently. Returns the statuses, 0 for no response.

        With `age`, the signature is that many seconds old; with another `secret`, it is invalid.
        """
        body = json.dumps(event).encode()
        signature = sign(body, secret or self.secret, int(time.time()) - age)
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(lambda _: self._post(body, signature), range(times)))

    def _post(self, body: bytes, signature: str) -> int:
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        try:
            with urlopen(Request(self.url, body, headers), timeout=TIMEOUT) as response:
                return int(response.status)
        except HTTPError as error:
            with error:
                return error.code
        except (URLError, OSError):
            return 0


def sign(body: bytes, secret: str, timestamp: int) -> str:
    """The header `Stripe-Signature`, implemented from Stripe's documentation, not from its SDK."""
    signed = f"{timestamp}.".encode() + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
