"""Stripe Checkout by the official SDK: leading a buyer there, and believing only signatures."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import stripe

from appkit.env import Environment
from appkit.flask.project import POLICY
from shop.events import effect_of
from shop.models import Order, Product, Refund

CHECKOUT = "CHECKOUT"
"""Key of `app.config`: the Checkout, or None when there are no keys."""

SIGNATURE_SECONDS = 300
"""How old a signed event may be; Stripe's own libraries say the same."""

# Two tries of four seconds stay within the ten that a stopping worker is given.
_TIMEOUT_SECONDS = 4
_RETRIES = 1

_ORIGIN = r"https?://[^/?#\s;,']+"
_KEY, _SECRET = "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"

logging.getLogger("stripe").setLevel(logging.WARNING)
logger = logging.getLogger(__name__)


class CheckoutDownError(Exception):
    """Stripe can't be reached, or refuses us. Nothing was charged."""


class RefundRefusedError(Exception):
    """Stripe knows no such payment, or nothing of it is left."""


class ForgedEventError(Exception):
    """An event that Stripe did not sign for us, or signed too long ago, or that is not one."""


@dataclass(frozen=True)
class Checkout:
    """Our account at Stripe. `public_url` is the shop's own address, without a slash at its end."""

    secret_key: str
    webhook_secret: str
    public_url: str
    api_base: str

    def start(self, product: Product) -> str:
        """Open a session for one piece; the address of Stripe's page. Raises CheckoutDownError."""
        about = {"product_slug": product.slug, "product_name": product.name}
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
                    "metadata": about,
                    # From there Stripe copies it to the charge, whose refund then says it is ours.
                    "payment_intent_data": {"metadata": about},
                    # Stripe fills the braces in.
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
        """Send back what is left of a payment; a webhook tells when it is done.

        Raises CheckoutDownError, RefundRefusedError.
        """
        try:
            self._client().v1.refunds.create({"payment_intent": payment_intent})
        except stripe.InvalidRequestError as error:
            logger.error("Stripe refused a refund: %s", error.code)
            raise RefundRefusedError from error
        except stripe.StripeError as error:
            logger.error("Stripe did not take a refund: %s", type(error).__name__)
            raise CheckoutDownError from error

    def told(self, payload: bytes, signature: str) -> Order | Refund | None:
        """What a webhook's body tells us to store; None for an event about something else.

        Raises ForgedEventError.
        """
        try:
            stripe.WebhookSignature.verify_header(
                payload, signature, self.webhook_secret, SIGNATURE_SECONDS
            )
            return effect_of(json.loads(payload))
        except stripe.SignatureVerificationError as error:
            raise ForgedEventError(error.user_message) from error
        # What is signed with our secret but has another shape, and bytes that are not even text.
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise ForgedEventError("not an event") from error

    def _client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api_base},
            max_network_retries=_RETRIES,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
        )

    def form_action(self) -> str:
        """Where the Content-Security-Policy must let a form lead: it also governs redirects."""
        sources = ["'self'", "https://checkout.stripe.com"]
        if self.api_base != stripe.DEFAULT_API_BASE:
            sources.append(self.api_base)
        return " ".join(sources)


def configure(env: Environment) -> Mapping[str, Any]:
    """The shop's own settings: Stripe's keys, which come together or not at all."""
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
            form="the shop's own address, to which Stripe sends buyers back",
        ),
        api_base=env.text(
            "STRIPE_API_BASE", stripe.DEFAULT_API_BASE, pattern=_ORIGIN, form="an origin"
        ),
    )
