"""Stripe Checkout by the official SDK: starting payments and refunds, verifying webhook events."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import stripe

from appkit.env import Environment
from appkit.flask.project import POLICY
from shop.models import Order, Product, Refund
from shop.stripe_events import parse_event

CHECKOUT = "CHECKOUT"
"""Key of `app.config`: the Checkout, or None without the keys for Stripe."""

MAX_SIGNATURE_AGE = 300
"""Seconds; the default of Stripe's own libraries."""

# Two attempts of four seconds: less than the ten after which a stopping worker is killed.
_TIMEOUT_SECONDS = 4
_MAX_RETRIES = 1

_ORIGIN = r"https?://[^/?#\s;,']+"
_KEY, _SECRET = "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"

logging.getLogger("stripe").setLevel(logging.WARNING)
logger = logging.getLogger(__name__)


class CheckoutDownError(Exception):
    """Stripe does not respond, or refuses the request. Nothing was charged."""


class RefundRefusedError(Exception):
    """Stripe does not have this payment, or all of it is refunded already."""


class ForgedEventError(Exception):
    """The signature of an event is wrong or too old, or the body is not an event."""


@dataclass(frozen=True)
class Checkout:
    """Our account at Stripe. `public_url` is the address of the shop, without a final slash."""

    secret_key: str
    webhook_secret: str
    public_url: str
    api_base: str

    def start(self, product: Product) -> str:
        """Starts the payment of one piece, and returns Stripe's page. Raises CheckoutDownError."""
        metadata = {"product_slug": product.slug, "product_name": product.name}
        cancelled = urlencode({"product": product.slug})
        try:
            session = self._client().v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": product.currency,
                                "unit_amount": product.price,
                                "product_data": {
                                    "name": product.name,
                                    "description": product.short_description,
                                },
                            },
                        }
                    ],
                    "metadata": metadata,
                    # Stripe copies it to the charge, so that a refund event names the product, too.
                    "payment_intent_data": {"metadata": metadata},
                    # Stripe replaces the placeholder in braces.
                    "success_url": f"{self.public_url}/checkout/success"
                    "?session_id={CHECKOUT_SESSION_ID}",
                    "cancel_url": f"{self.public_url}/checkout/cancelled?{cancelled}",
                }
            )
        except stripe.StripeError as error:
            logger.error("Stripe did not open a session: %s", type(error).__name__)
            raise CheckoutDownError from error
        if not session.url:
            raise CheckoutDownError
        return session.url

    def refund(self, payment_intent: str) -> None:
        """Refunds the rest of a payment; a webhook event confirms it later.

        Raises CheckoutDownError, RefundRefusedError.
        """
        try:
            self._client().v1.refunds.create({"payment_intent": payment_intent})
        except stripe.InvalidRequestError as error:
            logger.error("Stripe refused a refund: %s", error.code)
            raise RefundRefusedError from error
        except stripe.StripeError as error:
            logger.error("Stripe did not accept a refund: %s", type(error).__name__)
            raise CheckoutDownError from error

    def read_event(self, payload: bytes, signature: str) -> Order | Refund | None:
        """The record to store for the body of a webhook request; None for an unrelated event.

        Raises ForgedEventError.
        """
        try:
            stripe.WebhookSignature.verify_header(
                payload, signature, self.webhook_secret, MAX_SIGNATURE_AGE
            )
            return parse_event(json.loads(payload))
        except stripe.SignatureVerificationError as error:
            raise ForgedEventError(error.user_message) from error
        # The body is signed with our secret, but it has another structure or is not even text.
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise ForgedEventError("not an event") from error

    def _client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api_base},
            max_network_retries=_MAX_RETRIES,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
        )

    def form_action(self) -> str:
        """The directive `form-action` of the policy, which browsers also apply to redirects."""
        sources = ["'self'", "https://checkout.stripe.com"]
        if self.api_base != stripe.DEFAULT_API_BASE:
            sources.append(self.api_base)
        return " ".join(sources)


def configure(env: Environment) -> Mapping[str, Any]:
    """The shop's own settings. Stripe's two keys are set together or not at all."""
    checkout = _checkout(env) if env.raw(_KEY) or env.raw(_SECRET) else None
    policy = {"form-action": checkout.form_action()} if checkout else {}
    return {CHECKOUT: checkout, POLICY: policy}


def _checkout(env: Environment) -> Checkout:
    return Checkout(
        secret_key=env.text(
            _KEY,
            pattern=r"(sk|rk)_(test|live)_[A-Za-z0-9_]+",
            form="a secret or restricted key of Stripe (sk_… or rk_…)",
        ),
        webhook_secret=env.text(_SECRET, pattern=r"whsec_\S+", form="a signing secret (whsec_…)"),
        public_url=env.text(
            "PUBLIC_URL",
            pattern=rf"{_ORIGIN}(/[a-z0-9-]+)*",
            form="the address of the shop, to which Stripe redirects buyers",
        ),
        api_base=env.text(
            "STRIPE_API_BASE", stripe.DEFAULT_API_BASE, pattern=_ORIGIN, form="an origin"
        ),
    )
