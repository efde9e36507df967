"""The connection to Stripe. Only this module imports Stripe's SDK; it does not use the database."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import stripe

from appkit.bulkhead import Bulkhead, Unavailable
from appkit.delivery import collection
from appkit.env import Environment
from rocket.payments.errors import KEY, Action, InvalidEvent, StripeRefused, StripeUnavailable

MAX_SIGNATURE_AGE_SECONDS = 300
"""The largest age of a webhook event's signature; also the default of Stripe's libraries."""

# For a connection and for each read from it. A second attempt follows if the first one fails.
_TIMEOUT_SECONDS = 4
_MAX_RETRIES = 1

DEADLINE_SECONDS = 8
"""The maximum time of a call: less than the ten seconds that a stopping worker has to finish."""

RETRY_AFTER = 5
"""Seconds after which a visitor may retry while Stripe is unavailable."""

ORIGIN = r"https?://[^/?#\s;,']+"
_WEBHOOK = "STRIPE_WEBHOOK_SECRET"
_SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,250}")
_PAYMENT_PAGE_ORIGIN = "https://checkout.stripe.com"

logging.getLogger("stripe").setLevel(logging.WARNING)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LineItem:
    name: str
    unit_price: int
    """In the smallest unit."""
    quantity: int


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """The data that Stripe needs for the payment page of an order."""

    order_key: str
    """Part of each event about the payment, and the idempotency key: one page per order."""
    order_number: str
    order_path: str
    """The path of the order's page, relative to the shop's public URL."""
    currency: str
    items: Sequence[LineItem]
    reduction: int
    discount_code: str
    """Empty if there is no reduction."""
    expires_at: datetime


@dataclass(frozen=True)
class Gateway:
    """The shop's Stripe account."""

    secret_key: str
    webhook_secret: str
    public_url: str
    """The shop's public URL without a final slash."""
    api_base: str
    max_calls: int = 2
    """The maximum number of threads that wait for Stripe at a time."""

    @cached_property
    def _bulkhead(self) -> Bulkhead:
        return Bulkhead(self.max_calls, DEADLINE_SECONDS)

    @cached_property
    def _client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api_base},
            max_network_retries=_MAX_RETRIES,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
        )

    @property
    def form_action(self) -> str:
        """The `form-action` of a page whose form redirects to Stripe.

        Browsers apply this directive of the Content-Security-Policy to redirects as well.
        """
        test_origins = [self.api_base] if self.api_base != stripe.DEFAULT_API_BASE else []
        return " ".join(["'self'", _PAYMENT_PAGE_ORIGIN, *test_origins])

    def open_session(self, checkout: CheckoutRequest) -> tuple[str, str]:
        """Opens a Checkout session. Returns its id and the URL of the payment page.

        Raises `StripeUnavailable`.
        """
        order_url = f"{self.public_url}/{checkout.order_path}"
        currency = checkout.currency.lower()
        # Any: a plain dict of the shape that the SDK's TypedDict describes.
        params: Any = {
            "mode": "payment",
            "client_reference_id": checkout.order_key,
            "line_items": [
                {
                    "quantity": item.quantity,
                    "price_data": {
                        "currency": currency,
                        "unit_amount": item.unit_price,
                        "product_data": {"name": item.name},
                    },
                }
                for item in checkout.items
            ],
            "shipping_address_collection": collection(),
            "metadata": {"order": checkout.order_number},
            "expires_at": int(checkout.expires_at.timestamp()),
            "success_url": f"{order_url}?from=stripe",
            "cancel_url": order_url,
        }

        def create(client: stripe.StripeClient) -> stripe.checkout.Session:
            if checkout.reduction:
                params["discounts"] = [{"coupon": _create_coupon(client, checkout)}]
            options: Any = {"idempotency_key": f"session-{checkout.order_key}"}
            return client.v1.checkout.sessions.create(params, options)

        session = self._call("open-session", create)
        if not session.url or not _SESSION_ID.fullmatch(session.id):
            raise StripeUnavailable("bad-response", "open-session", "invalid id or no URL")
        return session.id, session.url

    def session(self, session_id: str) -> Mapping[str, Any] | None:
        """A Checkout session with its payment intent, or `None` if Stripe does not have it.

        A session is missing if it belongs to the account of a previous key. It can no longer be
        paid. Raises `StripeUnavailable`.
        """
        try:
            session = self._call(
                "get-session",
                lambda client: client.v1.checkout.sessions.retrieve(
                    session_id, {"expand": ["payment_intent"]}
                ),
            )
        except StripeRefused as error:
            if error.stripe_code == "resource_missing":
                return None
            raise
        found: Mapping[str, Any] = session.to_dict()
        return found

    def close_session(self, session_id: str) -> bool:
        """Closes a payment page. Returns False if it was paid. Raises `StripeUnavailable`."""
        try:
            self._call(
                "close-session", lambda client: client.v1.checkout.sessions.expire(session_id)
            )
        except StripeRefused:
            session = self.session(session_id)
            return session is None or session.get("status") == "expired"
        return True

    def refund(self, intent: str) -> Mapping[str, Any]:
        """Requests a full refund of a payment, and returns it. A repeated call has no effect.

        Raises `StripeUnavailable`.
        """
        refund = self._call(
            "refund",
            lambda client: client.v1.refunds.create(
                {"payment_intent": intent}, {"idempotency_key": f"refund-{intent}"}
            ),
        )
        created: Mapping[str, Any] = refund.to_dict()
        return created

    def refunds(self, intent: str) -> Sequence[Mapping[str, Any]]:
        """The refunds of a payment, at most 100. Raises `StripeUnavailable`."""
        page = self._call(
            "list-refunds",
            lambda client: client.v1.refunds.list({"payment_intent": intent, "limit": 100}),
        )
        return [refund.to_dict() for refund in page.data]

    def verified_event(self, payload: bytes, signature: str) -> Mapping[str, Any]:
        """The body of a webhook request with a valid, recent signature. Raises `InvalidEvent`."""
        try:
            event: Mapping[str, Any] = stripe.Webhook.construct_event(
                payload, signature, self.webhook_secret, MAX_SIGNATURE_AGE_SECONDS
            ).to_dict()
        except stripe.SignatureVerificationError as error:
            raise InvalidEvent(error.user_message or "the signature is wrong") from error
        # The SDK raises these for a malformed header, and for a body that is not an event.
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            raise InvalidEvent("the body or the signature header is malformed") from error
        return event

    def products(self) -> Iterator[Mapping[str, Any]]:
        """All active products. Raises `StripeUnavailable`."""
        yield from self._list_all("list-products", self._client.v1.products, {"active": True})

    def prices(self) -> Iterator[Mapping[str, Any]]:
        """All active prices that are not for subscriptions. Raises `StripeUnavailable`."""
        params = {"active": True, "type": "one_time"}
        yield from self._list_all("list-prices", self._client.v1.prices, params)

    def _list_all(self, action: Action, service: Any, params: Mapping[str, Any]) -> Iterator[Any]:
        try:
            for item in service.list({**params, "limit": 100}).auto_paging_iter():
                yield item.to_dict()
        except stripe.StripeError as error:
            raise _unavailable(action, error) from error

    def _call[Result](
        self, action: Action, request: Callable[[stripe.StripeClient], Result]
    ) -> Result:
        try:
            return self._bulkhead.call(lambda: request(self._client))
        except Unavailable as error:
            logger.error("the Stripe request %s failed: %s", action, error)
            raise StripeUnavailable("no-response", action, str(error)) from error
        except stripe.InvalidRequestError as error:
            reason, code = error.user_message or type(error).__name__, error.code or ""
            raise StripeRefused(action, reason, code) from error
        except stripe.StripeError as error:
            raise _unavailable(action, error) from error


def _create_coupon(client: stripe.StripeClient, checkout: CheckoutRequest) -> str:
    params: Any = {
        "amount_off": checkout.reduction,
        "currency": checkout.currency.lower(),
        "duration": "once",
        # The coupon is for this order only.
        "max_redemptions": 1,
        "name": checkout.discount_code,
    }
    options: Any = {"idempotency_key": f"coupon-{checkout.order_key}"}
    return client.v1.coupons.create(params, options).id


def _unavailable(action: Action, error: stripe.StripeError) -> StripeUnavailable:
    logger.error("the Stripe request %s failed: %s", action, type(error).__name__)
    return StripeUnavailable("failed", action, error.user_message or type(error).__name__)


def configure(env: Environment, public_url: str, *, threads: int = 4) -> Gateway | None:
    """Reads the settings of Stripe. Returns `None` if neither of the two keys is set.

    At most half of the `threads` of the server wait for Stripe.
    """
    if not (env.raw(KEY) or env.raw(_WEBHOOK)):
        return None
    if not public_url:
        env.problem("PUBLIC_URL is missing: set it to the address that buyers return to")
    return Gateway(
        secret_key=env.text(
            KEY,
            pattern=r"(sk|rk)_(test|live)_[A-Za-z0-9_]+",
            form="a secret or restricted key of Stripe (sk_… or rk_…)",
        ),
        webhook_secret=env.text(_WEBHOOK, pattern=r"whsec_\S+", form="a signing secret (whsec_…)"),
        public_url=public_url,
        api_base=env.text(
            "STRIPE_API_BASE", stripe.DEFAULT_API_BASE, pattern=ORIGIN, form="an origin"
        ),
        max_calls=max(1, threads // 2),
    )
