"""Stripe Checkout by the official SDK: payments, refunds, verifying webhook events."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import stripe

from appkit.bulkhead import Bulkhead, Unavailable
from appkit.delivery import collection
from appkit.env import Environment
from appkit.flask.project import POLICY
from shop.models import Product, Refund
from shop.stripe_events import Ended, Report, parse_charge, parse_event, parse_session

CHECKOUT = "CHECKOUT"
"""Key of `app.config`: the Checkout, or None without the keys for Stripe."""

MAX_SIGNATURE_AGE = 300
"""Seconds; the default of Stripe's own libraries."""

# For a connection and for each read from it. A second attempt is made if the first one fails.
_TIMEOUT_SECONDS = 4
_MAX_RETRIES = 1

_DEADLINE_SECONDS = 8
"""Maximum time of a call in total: less than the ten after which a stopping worker is killed."""

RETRY_SECONDS = 5
"""Value of Retry-After while Stripe does not respond."""

_ORIGIN = r"https?://[^/?#\s;,']+"
_KEY, _SECRET = "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"

logging.getLogger("stripe").setLevel(logging.WARNING)
logger = logging.getLogger(__name__)


class CheckoutDownError(Exception):
    """Stripe does not respond, or refuses the request. Nothing was charged."""


class RefusedError(CheckoutDownError):
    """Stripe responds that it cannot do this, such as refunding what is refunded already.

    `code` is Stripe's name of the error, if there is one.
    """

    def __init__(self, code: str | None) -> None:
        super().__init__(code)
        self.code = code


class ForgedEventError(Exception):
    """The signature of an event is wrong or too old, or the body is not an event."""


@dataclass(frozen=True)
class Checkout:
    """Our account at Stripe. `public_url` is the address of the shop, without a final slash.

    `calls` limits the calls in progress, so that a slow Stripe does not take every thread.
    """

    secret_key: str
    webhook_secret: str
    public_url: str
    api_base: str
    calls: Bulkhead

    def start(self, product: Product, expires: datetime) -> tuple[str, str]:
        """Starts the payment of one piece; returns the id of the session and its payment page.

        Raises CheckoutDownError.
        """
        metadata = {"product_slug": product.slug, "product_name": product.name}
        cancelled = urlencode({"product": product.slug})
        session = self._call(
            "open a session",
            lambda client: client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "shipping_address_collection": collection(),
                    "expires_at": int(expires.timestamp()),
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
            ),
        )
        if not session.url:
            raise CheckoutDownError
        return session.id, session.url

    def report_of(self, session_id: str, at: datetime) -> Report | None:
        """What Stripe has to report about a session; None while it can still be paid.

        Raises CheckoutDownError.
        """
        try:
            session = self._call(
                "return a session",
                lambda client: client.v1.checkout.sessions.retrieve(
                    session_id, {"expand": ["payment_intent"]}
                ),
            )
        except RefusedError as error:
            if error.code != "resource_missing":
                raise
            # Perhaps the shop has got another account at Stripe.
            return Ended(session_id)
        try:
            return parse_session(session.to_dict(), at)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            logger.error("Stripe returned a session that the shop does not understand: %s", error)
            return None

    def refund(self, payment_intent: str) -> None:
        """Refunds the rest of a payment. Raises CheckoutDownError, RefusedError."""
        self._call(
            "accept a refund",
            lambda client: client.v1.refunds.create({"payment_intent": payment_intent}),
        )

    def refund_of(self, payment_intent: str, at: datetime) -> Refund | None:
        """The refunded part of a payment; None if nothing of it is refunded.

        Raises CheckoutDownError, and RefusedError if there is no such payment.
        """
        charges = self._call(
            "list the charges of a payment",
            lambda client: client.v1.charges.list({"payment_intent": payment_intent}),
        )
        refunded = [charge for charge in charges.data if charge.amount_refunded]
        return parse_charge(refunded[0].to_dict(), at) if refunded else None

    def read_event(self, payload: bytes, signature: str) -> Report | None:
        """The report in the body of a webhook request; None for an unrelated event.

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

    def _call[Result](self, task: str, request: Callable[[stripe.StripeClient], Result]) -> Result:
        try:
            return self.calls.call(lambda: request(self._client()))
        except Unavailable as error:
            logger.error("Stripe did not %s: %s", task, error)
            raise CheckoutDownError from error
        except stripe.InvalidRequestError as error:
            logger.error("Stripe did not %s: %s", task, error.code)
            raise RefusedError(error.code) from error
        except stripe.StripeError as error:
            logger.error("Stripe did not %s: %s", task, type(error).__name__)
            raise CheckoutDownError from error

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
        calls=Bulkhead(_places(env), _DEADLINE_SECONDS),
    )


def _places(env: Environment) -> int:
    """Half of the threads of the server, so that the others can always serve other pages."""
    return max(1, env.integer("THREADS", 4, minimum=1, maximum=64) // 2)
