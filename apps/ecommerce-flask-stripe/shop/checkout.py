"""Stripe Checkout by the official SDK: leading a buyer there, and believing only signatures."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import stripe

from appkit.env import Environment
from appkit.flask.project import POLICY
from shop.models import Order, Product
from shop.rules import is_slug

CHECKOUT = "CHECKOUT"
"""Key of `app.config`: the Checkout, or None when there are no keys."""

SIGNATURE_SECONDS = 300
"""How old a signed event may be; Stripe's own libraries say the same."""

# Two tries of four seconds stay within the ten that a stopping worker is given.
_TIMEOUT_SECONDS = 4
_RETRIES = 1

_PAID = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
_SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,250}")
_ORIGIN = r"https?://[^/?#\s;,']+"
_KEY, _SECRET = "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"

logging.getLogger("stripe").setLevel(logging.WARNING)
logger = logging.getLogger(__name__)


class CheckoutDownError(Exception):
    """Stripe can't be reached, or refuses us. Nothing was charged."""


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
        client = stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api_base},
            max_network_retries=_RETRIES,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
        )
        cancelled = urlencode({"product": product.slug})
        try:
            session = client.v1.checkout.sessions.create(
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
                    "metadata": {"product_slug": product.slug, "product_name": product.name},
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

    def paid_order(self, payload: bytes, signature: str) -> Order | None:
        """The order that a webhook's body confirms; None for an event about something else.

        Raises ForgedEventError.
        """
        try:
            event = stripe.Webhook.construct_event(
                payload, signature, self.webhook_secret, SIGNATURE_SECONDS
            ).to_dict()
            return _order(event["data"]["object"]) if event["type"] in _PAID else None
        except stripe.SignatureVerificationError as error:
            raise ForgedEventError(error.user_message) from error
        # What is signed with our secret but has another shape, and headers that are not even text.
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise ForgedEventError("not an event") from error

    def form_action(self) -> str:
        """Where the Content-Security-Policy must let a form lead: it also governs redirects."""
        sources = ["'self'", "https://checkout.stripe.com"]
        if self.api_base != stripe.DEFAULT_API_BASE:
            sources.append(self.api_base)
        return " ".join(sources)


def _order(session: Mapping[str, Any]) -> Order | None:
    about = session["metadata"] or {}
    # Another system on the same account at Stripe has its own sessions.
    ours = is_slug(about.get("product_slug", ""))
    if not ours or session["payment_status"] != "paid":
        return None
    return Order(
        session_id=session["id"],
        product_slug=about["product_slug"],
        product_name=about["product_name"],
        total=session["amount_total"],
        currency=session["currency"],
    )


def is_session_id(text: str) -> bool:
    """Whether a text that a visitor sent can be the id of a session."""
    return _SESSION_ID.fullmatch(text) is not None


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
            what="a secret or restricted key of Stripe (sk_… or rk_…)",
        ),
        webhook_secret=env.text(_SECRET, pattern=r"whsec_\S+", what="a signing secret (whsec_…)"),
        public_url=env.text(
            "PUBLIC_URL",
            pattern=rf"{_ORIGIN}(/[a-z0-9-]+)*",
            what="the shop's own address, to which Stripe sends buyers back",
        ),
        api_base=env.text(
            "STRIPE_API_BASE", stripe.DEFAULT_API_BASE, pattern=_ORIGIN, what="an origin"
        ),
    )
