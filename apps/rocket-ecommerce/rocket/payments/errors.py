"""The failures of requests to Stripe and of its events."""

from typing import Literal

KEY = "STRIPE_SECRET_KEY"

type Action = Literal[
    "open-session",
    "close-session",
    "get-session",
    "refund",
    "list-refunds",
    "list-products",
    "list-prices",
]


class StripeUnavailable(Exception):
    """An action at Stripe failed. Nothing was charged."""

    def __init__(
        self,
        code: Literal["no-key", "failed", "no-response", "bad-response"],
        action: Action,
        reason: str,
    ) -> None:
        super().__init__(f"the Stripe request {action} failed: {reason}")
        self.code = code
        self.action = action


class StripeRefused(StripeUnavailable):
    """Stripe responded that it cannot do this. `stripe_code` is Stripe's name of the error."""

    def __init__(self, action: Action, reason: str, stripe_code: str) -> None:
        super().__init__("failed", action, reason)
        self.stripe_code = stripe_code


def no_key(action: Action) -> StripeUnavailable:
    """The error for a request that the shop cannot send without a key."""
    reason = f"{KEY} is not set; set it to a key of the Stripe account"
    return StripeUnavailable("no-key", action, reason)


class InvalidEvent(Exception):
    """A webhook event has a wrong or old signature, or is malformed."""
