"""The state and the operations of one Stripe account, without HTTP."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .objects import (
    Object,
    collected_information,
    new_charge,
    new_event,
    new_id,
    new_refund,
    new_session,
    page_of,
    with_intent,
)
from .parameters import (
    CHARGES,
    COUPON,
    LIST,
    NOTHING,
    REFUND,
    REFUNDS,
    RETRIEVE,
    SESSION,
    RefusedError,
    must_be_payable,
    read_form,
    subtotal_of,
)

_NOT_FOUND = 404
_MIN_LIFETIME, _MAX_LIFETIME = 30 * 60, 24 * 3600
"""Limits of the lifetime of a session, in seconds."""


@dataclass
class Account:
    """Sessions, payments and all events, the oldest first. Safe for use by several threads.

    Tests add its products and prices; shops only read them.
    """

    key: str
    page: Callable[[str], str]
    """Returns the address of the payment page for the ID of a session."""
    sessions: dict[str, Object] = field(default_factory=dict)
    charges: dict[str, Object] = field(default_factory=dict)
    """By the ID of the payment intent."""
    refunds: list[Object] = field(default_factory=list)
    coupons: dict[str, Object] = field(default_factory=dict)
    products: list[Object] = field(default_factory=list)
    prices: list[Object] = field(default_factory=list)
    max_page_size: int = 100
    """Maximum number of items on a page of a list."""
    events: dict[str, Object] = field(default_factory=dict)
    _new_events: list[Object] = field(default_factory=list)
    _charge_metadata: dict[str, dict[str, str]] = field(default_factory=dict)
    _responses: dict[str, tuple[str, str, Object]] = field(default_factory=dict)
    _failed_intents: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def call(self, method: str, path: str, form: str, idempotency_key: str) -> tuple[Object, bool]:
        """The response to a request, and whether it is a repeated one. Raises RefusedError.

        `form`: the parameters as they were sent, in the body or, for GET, in the query.
        """
        with self._lock:
            if method == "POST" and idempotency_key in self._responses:
                *first_request, response = self._responses[idempotency_key]
                if first_request != [path, form]:
                    raise RefusedError(
                        "Keys for idempotent requests can only be used with the same parameters",
                        kind="idempotency_error",
                    )
                return response, True
            response = self._act(method, path.removeprefix("/v1/").split("/"), form)
            if method == "POST" and idempotency_key:
                self._responses[idempotency_key] = path, form, response
            return response, False

    def _act(self, method: str, path: list[str], form: str) -> Object:
        match method, path:
            case "POST", ["checkout", "sessions"]:
                return self._open(read_form(form, SESSION))
            case "GET", ["checkout", "sessions", session]:
                return self._retrieve(session, **read_form(form, RETRIEVE))
            case "POST", ["checkout", "sessions", session, "expire"]:
                read_form(form, NOTHING)
                self.end(session)
                return dict(self.session(session))
            case "POST", ["coupons"]:
                return self._coupon(read_form(form, COUPON))
            case "GET", ["charges"]:
                charge = self._charge_of(**read_form(form, CHARGES))
                return page_of("charges", [dict(charge)], self.max_page_size)
            case "POST", ["refunds"]:
                return self._refund(**read_form(form, REFUND))
            case "GET", ["refunds"]:
                return self._refunds_of(**read_form(form, REFUNDS))
            case "GET", ["products" | "prices" as kind]:
                rows = self.products if kind == "products" else self.prices
                return page_of(kind, rows, self.max_page_size, **read_form(form, LIST[kind]))
        raise RefusedError(f"Unrecognized request URL ({method}: /v1/{'/'.join(path)})", status=404)

    def session(self, session_id: str) -> Object:
        """A session in the form of the API. Raises RefusedError."""
        if session_id not in self.sessions:
            raise RefusedError(
                f"No such checkout.session: {session_id}",
                status=_NOT_FOUND,
                code="resource_missing",
            )
        return self.sessions[session_id]

    def _retrieve(self, session_id: str, expand: list[str] | None = None) -> Object:
        session = self.session(session_id)
        intent = session["payment_intent"]
        if not expand or intent is None:
            return dict(session)
        if intent in self.charges:
            return with_intent(session, "succeeded")
        is_failed = intent in self._failed_intents
        return with_intent(session, "requires_payment_method" if is_failed else "processing")

    def _open(self, sent: Object) -> Object:
        subtotal, currency = subtotal_of(sent["line_items"])
        total = subtotal - self._reduction(sent.get("discounts", []), currency)
        must_be_payable(total, currency)
        now = int(time.time())
        expires_at = sent.get("expires_at", now + _MAX_LIFETIME)
        # One minute of tolerance, because clocks differ.
        if not now + _MIN_LIFETIME - 60 <= expires_at <= now + _MAX_LIFETIME + 60:
            raise RefusedError("expires_at must be from 30 minutes to 24 hours from now")
        amounts = {"amount_subtotal": subtotal, "amount_total": total, "currency": currency}
        session_id = new_id("cs_test")
        times = {"created": now, "expires_at": expires_at}
        session = new_session(session_id, self.page(session_id), sent, {**amounts, **times})
        self.sessions[session_id] = session
        self._charge_metadata[session_id] = sent.get("payment_intent_data", {}).get("metadata", {})
        return dict(session)

    def _coupon(self, sent: Object) -> Object:
        coupon = {"id": new_id("co"), "object": "coupon", "duration": "once", "valid": True, **sent}
        self.coupons[str(coupon["id"])] = coupon
        return coupon

    def _reduction(self, discounts: list[Object], currency: str) -> int:
        for discount in discounts:
            coupon = self.coupons.get(discount["coupon"])
            if coupon is None:
                raise RefusedError(f"No such coupon: {discount['coupon']}", code="resource_missing")
            if coupon["currency"] != currency:
                raise RefusedError(f"The coupon is in {coupon['currency']}")
        return sum(self.coupons[discount["coupon"]]["amount_off"] for discount in discounts)

    def end(self, session_id: str, *, notify: bool = True) -> None:
        """Makes an open session expire, as the clock does. Raises RefusedError.

        Without `notify`, its event is delivered only when a test requests it.
        """
        with self._changes(notify=notify):
            session = self.session(session_id)
            self._must_be_open(session)
            session.update(status="expired", url=None)
            self._emit("checkout.session.expired", session)

    def take_new_events(self) -> list[Object]:
        """The events since the last call, in their order."""
        with self._lock:
            events, self._new_events = self._new_events, []
            return events

    def pay(self, session_id: str, *, at_once: bool, notify: bool = True) -> Object:
        """Pays a session, either `at_once` or by a payment that takes days. Raises RefusedError.

        Without `notify`, its events are delivered only when a test requests it.
        """
        with self._changes(notify=notify):
            session = self.session(session_id)
            self._must_be_open(session)
            buyer = {"email": session["customer_email"] or "buyer@example.org"}
            session.update(
                status="complete",
                url=None,
                payment_intent=new_id("pi"),
                customer_details=buyer,
                collected_information=collected_information(session),
            )
            if at_once:
                self._charge(session)
            self._emit("checkout.session.completed", session)
            return session

    def complete_payment(self, session_id: str, *, succeeds: bool, notify: bool = True) -> None:
        """Ends a payment that takes days, with success or failure. Raises RefusedError.

        Without `notify`, its events are delivered only when a test requests it.
        """
        with self._changes(notify=notify):
            session = self.session(session_id)
            if session["status"] != "complete" or session["payment_status"] != "unpaid":
                raise RefusedError("This session has no pending payment")
            if succeeds:
                self._charge(session)
            else:
                self._failed_intents.add(session["payment_intent"])
            ending = "succeeded" if succeeds else "failed"
            self._emit(f"checkout.session.async_payment_{ending}", session)

    def _charge(self, session: Object) -> None:
        session["payment_status"] = "paid"
        charge = new_charge(session, self._charge_metadata[session["id"]])
        self.charges[session["payment_intent"]] = charge
        self._emit("charge.succeeded", charge)

    def _refund(
        self,
        payment_intent: str,
        amount: int | None = None,
        reason: str | None = None,
        metadata: Object | None = None,
    ) -> Object:
        charge = self._charge_of(payment_intent)
        left = charge["amount"] - charge["amount_refunded"]
        if left == 0:
            raise RefusedError(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        amount = left if amount is None else amount
        if amount > left:
            raise RefusedError(f"Refund amount ({amount}) is greater than what is left ({left})")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund = new_refund(charge, amount, reason, metadata or {})
        self.refunds.append(refund)
        self._emit("refund.created", refund)
        self._emit("charge.refunded", charge)
        return dict(refund)

    def fail_refund(self, refund_id: str, *, notify: bool = True) -> None:
        """Makes a refund fail, as a bank that does not accept it does. Raises RefusedError.

        Without `notify`, its events are delivered only when a test requests it.
        """
        with self._changes(notify=notify):
            refund = next((one for one in self.refunds if one["id"] == refund_id), None)
            if refund is None or refund["status"] == "failed":
                raise RefusedError("There is no such refund, or it has failed already")
            refund["status"] = "failed"
            charge = self._charge_of(refund["payment_intent"])
            charge.update(
                amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False
            )
            self._emit("refund.failed", refund)

    def _refunds_of(self, payment_intent: str, limit: int = 10) -> Object:
        self._charge_of(payment_intent)
        found = [dict(one) for one in self.refunds if one["payment_intent"] == payment_intent]
        return page_of("refunds", found, self.max_page_size, limit)

    def _charge_of(self, payment_intent: str) -> Object:
        if payment_intent not in self.charges:
            raise RefusedError(
                f"No such payment_intent: '{payment_intent}'",
                status=_NOT_FOUND,
                code="resource_missing",
            )
        return self.charges[payment_intent]

    def _must_be_open(self, session: Object) -> None:
        if session["status"] != "open":
            raise RefusedError(f"This session is {session['status']}")

    @contextmanager
    def _changes(self, *, notify: bool) -> Iterator[None]:
        with self._lock:
            known = len(self._new_events)
            yield
            if not notify:
                del self._new_events[known:]

    def _emit(self, kind: str, about: Object) -> None:
        event = new_event(kind, about)
        self.events[str(event["id"])] = event
        self._new_events.append(event)
