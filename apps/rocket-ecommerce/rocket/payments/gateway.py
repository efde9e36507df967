"""Stripe by its official SDK. Nothing else of the shop imports it, and it knows no database."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import stripe

from appkit.env import Environment

SIGNATURE_SECONDS = 300
"""How old a signed event may be; Stripe's own libraries say the same."""

# Two tries of four seconds stay within the ten that a stopping worker is given.
_TIMEOUT_SECONDS = 4
_RETRIES = 1

ORIGIN = r"https?://[^/?#\s;,']+"
_KEY, _SECRET = "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"
_SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,250}")
_PAYMENT_PAGE = "https://checkout.stripe.com"

logging.getLogger("stripe").setLevel(logging.WARNING)
logger = logging.getLogger(__name__)


class StripeDown(Exception):
    """Stripe can't be reached, or refuses us. Nothing was charged."""


class ForgedEvent(Exception):
    """An event that Stripe did not sign for us, or signed too long ago, or that is not one."""


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    unit: int
    """Price of one, in the smallest unit."""
    quantity: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a buyer is to pay for."""

    key: str
    """Comes back with each event; Stripe makes one page for it, however often it is asked."""
    number: str
    page: str
    """The order's own page, below the shop's address."""
    currency: str
    items: Sequence[Item]
    reduction: int
    code: str
    """The discount's, empty without a reduction."""
    closes_at: datetime


@dataclass(frozen=True)
class Gateway:
    """Our account at Stripe. `public_url` is the shop's own address, without a slash at its end."""

    secret_key: str
    webhook_secret: str
    public_url: str
    api_base: str

    @cached_property
    def _client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api_base},
            max_network_retries=_RETRIES,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
        )

    @property
    def form_action(self) -> str:
        """Where the Content-Security-Policy must let a form lead: it also governs redirects."""
        ours = [self.api_base] if self.api_base != stripe.DEFAULT_API_BASE else []
        return " ".join(["'self'", _PAYMENT_PAGE, *ours])

    def open(self, purchase: Purchase) -> tuple[str, str]:
        """The id and the address of the payment page. Raises `StripeDown`."""
        page = f"{self.public_url}/{purchase.page}"
        currency = purchase.currency.lower()
        request: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": purchase.key,
            "line_items": [
                {
                    "quantity": item.quantity,
                    "price_data": {
                        "currency": currency,
                        "unit_amount": item.unit,
                        "product_data": {"name": item.name},
                    },
                }
                for item in purchase.items
            ],
            "metadata": {"order": purchase.number},
            "expires_at": int(purchase.closes_at.timestamp()),
            "success_url": f"{page}?from=stripe",
            "cancel_url": page,
        }
        coupon: Any = {
            "amount_off": purchase.reduction,
            "currency": currency,
            "duration": "once",
            "max_redemptions": 1,
            "name": purchase.code,
        }
        try:
            if purchase.reduction:
                made = self._client.v1.coupons.create(
                    coupon, {"idempotency_key": f"coupon-{purchase.key}"}
                )
                request["discounts"] = [{"coupon": made.id}]
            # Any: a plain dict of the shape that the SDK's own type spells out.
            params: Any = request
            session = self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": f"session-{purchase.key}"}
            )
        except stripe.StripeError as error:
            raise _down("open a session", error) from error
        if not session.url or not _SESSION_ID.fullmatch(session.id):
            raise StripeDown("Stripe opened a session without an address")
        return session.id, session.url

    def close(self, session_id: str) -> bool:
        """Closes a payment page. False when it was paid before; raises `StripeDown`."""
        try:
            self._client.v1.checkout.sessions.expire(session_id)
        except stripe.InvalidRequestError:
            return self._is_expired(session_id)
        except stripe.StripeError as error:
            raise _down("close a session", error) from error
        return True

    def _is_expired(self, session_id: str) -> bool:
        try:
            return self._client.v1.checkout.sessions.retrieve(session_id).status == "expired"
        except stripe.InvalidRequestError as error:
            # Of another account, before our keys were changed, or cleared away: nobody pays it.
            if error.code == "resource_missing":
                return True
            raise _down("show a session", error) from error
        except stripe.StripeError as error:
            raise _down("show a session", error) from error

    def refund(self, intent: str) -> None:
        """Asks for all of a payment to go back, once however often it is asked.

        The ledger learns of it by an event. Raises `StripeDown`.
        """
        try:
            self._client.v1.refunds.create(
                {"payment_intent": intent}, {"idempotency_key": f"refund-{intent}"}
            )
        except stripe.StripeError as error:
            raise _down("refund", error) from error

    def event(self, payload: bytes, signature: str) -> Mapping[str, Any]:
        """A webhook's body, once its signature and time are right. Raises `ForgedEvent`."""
        try:
            event: Mapping[str, Any] = stripe.Webhook.construct_event(
                payload, signature, self.webhook_secret, SIGNATURE_SECONDS
            ).to_dict()
        except stripe.SignatureVerificationError as error:
            raise ForgedEvent(error.user_message or "its signature is wrong") from error
        # What is signed with our secret but has another shape, and headers that are not even text.
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            raise ForgedEvent("not an event") from error
        return event

    def products(self) -> Iterator[Mapping[str, Any]]:
        """Every active product. Raises `StripeDown`."""
        yield from self._all("list products", self._client.v1.products, {"active": True})

    def prices(self) -> Iterator[Mapping[str, Any]]:
        """Every active price that is paid once. Raises `StripeDown`."""
        wanted = {"active": True, "type": "one_time"}
        yield from self._all("list prices", self._client.v1.prices, wanted)

    def _all(self, what: str, service: Any, wanted: Mapping[str, Any]) -> Iterator[Any]:
        try:
            for thing in service.list({**wanted, "limit": 100}).auto_paging_iter():
                yield thing.to_dict()
        except stripe.StripeError as error:
            raise _down(what, error) from error


def _down(what: str, error: stripe.StripeError) -> StripeDown:
    logger.error("Stripe did not %s: %s", what, type(error).__name__)
    return StripeDown(f"Stripe did not {what}: {error.user_message or type(error).__name__}")


def configure(env: Environment, public_url: str) -> Gateway | None:
    """From the settings: Stripe's keys, which come together or not at all."""
    if not (env.raw(_KEY) or env.raw(_SECRET)):
        return None
    if not public_url:
        env.problem("PUBLIC_URL is missing: Stripe has to know the address that buyers return to")
    return Gateway(
        secret_key=env.text(
            _KEY,
            pattern=r"(sk|rk)_(test|live)_[A-Za-z0-9_]+",
            form="a secret or restricted key of Stripe (sk_… or rk_…)",
        ),
        webhook_secret=env.text(_SECRET, pattern=r"whsec_\S+", form="a signing secret (whsec_…)"),
        public_url=public_url,
        api_base=env.text(
            "STRIPE_API_BASE", stripe.DEFAULT_API_BASE, pattern=ORIGIN, form="an origin"
        ),
    )
