"""What one account at Stripe has and does, without HTTP."""

import secrets
import string
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .parameters import (
    COUPON,
    LIST,
    NOTHING,
    REFUND,
    SESSION,
    RefusedError,
    must_be_payable,
    read_form,
    subtotal_of,
)

type Object = dict[str, Any]

_LETTERS = string.ascii_letters + string.digits
_NOT_FOUND = 404
_SHORTEST, _LONGEST = 30 * 60, 24 * 3600
"""How long a session may be open, in seconds."""


def new_id(kind: str) -> str:
    """An identifier like Stripe's."""
    return f"{kind}_{''.join(secrets.choice(_LETTERS) for _ in range(24))}"


@dataclass
class Account:
    """Sessions, their payments, and every event so far, the oldest first. Safe among threads.

    Its products and prices are put there by tests: shops only read them.
    """

    key: str
    page: Callable[[str], str]
    """The address of a session's page, from the session's id."""
    sessions: dict[str, Object] = field(default_factory=dict)
    charges: dict[str, Object] = field(default_factory=dict)
    """By payment intent."""
    coupons: dict[str, Object] = field(default_factory=dict)
    products: list[Object] = field(default_factory=list)
    prices: list[Object] = field(default_factory=list)
    longest_page: int = 100
    """Of a list, in items, however many are asked for."""
    events: dict[str, Object] = field(default_factory=dict)
    _news: list[Object] = field(default_factory=list)
    _copied: dict[str, dict[str, str]] = field(default_factory=dict)
    _answered: dict[str, tuple[str, str, Object]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def call(self, method: str, path: str, form: str, idempotency_key: str) -> tuple[Object, bool]:
        """The answer to a request, and whether it was given before. Raises RefusedError.

        `form`: the parameters as they were sent, in the body or, of a GET, in the query.
        """
        with self._lock:
            if method == "POST" and idempotency_key in self._answered:
                *before, answer = self._answered[idempotency_key]
                if before != [path, form]:
                    raise RefusedError(
                        "Keys for idempotent requests can only be used with the same parameters",
                        kind="idempotency_error",
                    )
                return answer, True
            answer = self._act(method, path.removeprefix("/v1/").split("/"), form)
            if method == "POST" and idempotency_key:
                self._answered[idempotency_key] = path, form, answer
            return answer, False

    def _act(self, method: str, path: list[str], form: str) -> Object:
        match method, path:
            case "POST", ["checkout", "sessions"]:
                return self._open(read_form(form, SESSION))
            case "GET", ["checkout", "sessions", session]:
                read_form(form, NOTHING)
                return self.session(session)
            case "POST", ["checkout", "sessions", session, "expire"]:
                read_form(form, NOTHING)
                return self._expire(session)
            case "POST", ["coupons"]:
                return self._coupon(read_form(form, COUPON))
            case "POST", ["refunds"]:
                return self._refund(**read_form(form, REFUND))
            case "GET", ["products" | "prices" as kind]:
                rows = self.products if kind == "products" else self.prices
                return self._page_of(kind, rows, **read_form(form, LIST[kind]))
        raise RefusedError(f"Unrecognized request URL ({method}: /v1/{'/'.join(path)})", status=404)

    def session(self, session_id: str) -> Object:
        """A session as the API shows it. Raises RefusedError."""
        if session_id not in self.sessions:
            raise RefusedError(
                f"No such checkout.session: {session_id}",
                status=_NOT_FOUND,
                code="resource_missing",
            )
        return self.sessions[session_id]

    def _page_of(
        self, kind: str, rows: list[Object], limit: int = 10, starting_after: str = "", **_: str
    ) -> Object:
        ids = [row["id"] for row in rows]
        if starting_after and starting_after not in ids:
            raise RefusedError(f"No such {kind}: '{starting_after}'", code="resource_missing")
        first = ids.index(starting_after) + 1 if starting_after else 0
        page = rows[first : first + min(limit, self.longest_page)]
        has_more = first + len(page) < len(rows)
        return {"object": "list", "url": f"/v1/{kind}", "data": page, "has_more": has_more}

    def _open(self, sent: Object) -> Object:
        subtotal, currency = subtotal_of(sent["line_items"])
        total = subtotal - self._reduction(sent.get("discounts", []), currency)
        must_be_payable(total, currency)
        now = int(time.time())
        expires_at = sent.get("expires_at", now + _LONGEST)
        # A minute for clocks that differ.
        if not now + _SHORTEST - 60 <= expires_at <= now + _LONGEST + 60:
            raise RefusedError("expires_at must be from 30 minutes to 24 hours from now")
        session_id = new_id("cs_test")
        session = {
            "id": session_id,
            "object": "checkout.session",
            "mode": sent["mode"],
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_subtotal": subtotal,
            "amount_total": total,
            "currency": currency,
            "metadata": sent.get("metadata", {}),
            "client_reference_id": sent.get("client_reference_id"),
            "customer_email": sent.get("customer_email"),
            "customer_details": None,
            "success_url": sent["success_url"],
            "cancel_url": sent.get("cancel_url"),
            "livemode": False,
            "created": now,
            "expires_at": expires_at,
            "url": self.page(session_id),
        }
        self.sessions[session_id] = session
        self._copied[session_id] = sent.get("payment_intent_data", {}).get("metadata", {})
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

    def _expire(self, session_id: str) -> Object:
        session = self.session(session_id)
        self._must_be_open(session)
        session.update(status="expired", url=None)
        self._happened("checkout.session.expired", session)
        return dict(session)

    def news(self) -> list[Object]:
        """The events since this was asked last, in their order."""
        with self._lock:
            news, self._news = self._news, []
            return news

    def pay(self, session_id: str, *, arrives: bool, is_told: bool = True) -> Object:
        """The buyer pays; `arrives`: at once, not in days. Raises RefusedError.

        Unless `is_told`, its events are no news: nobody hears of them before a test delivers them.
        """
        with self._lock:
            session = self.session(session_id)
            self._must_be_open(session)
            known = len(self._news)
            buyer = {"email": session["customer_email"] or "buyer@example.org"}
            session.update(
                status="complete", url=None, payment_intent=new_id("pi"), customer_details=buyer
            )
            if arrives:
                self._arrive(session)
            self._happened("checkout.session.completed", session)
            if not is_told:
                del self._news[known:]
            return session

    def settle(self, session_id: str, *, arrives: bool) -> None:
        """A payment that takes days has arrived, or has failed. Raises RefusedError."""
        with self._lock:
            session = self.session(session_id)
            if session["status"] != "complete" or session["payment_status"] != "unpaid":
                raise RefusedError("Nothing of this session is under way")
            if arrives:
                self._arrive(session)
            ending = "succeeded" if arrives else "failed"
            self._happened(f"checkout.session.async_payment_{ending}", session)

    def _arrive(self, session: Object) -> None:
        session["payment_status"] = "paid"
        charge = {
            "id": new_id("ch"),
            "object": "charge",
            "amount": session["amount_total"],
            "amount_captured": session["amount_total"],
            "amount_refunded": 0,
            "refunded": False,
            "currency": session["currency"],
            "payment_intent": session["payment_intent"],
            "metadata": self._copied[session["id"]],
            "livemode": False,
            "created": int(time.time()),
        }
        self.charges[session["payment_intent"]] = charge
        self._happened("charge.succeeded", charge)

    def _refund(
        self,
        payment_intent: str,
        amount: int | None = None,
        reason: str | None = None,
        metadata: Object | None = None,
    ) -> Object:
        charge = self.charges.get(payment_intent)
        if charge is None:
            raise RefusedError(
                f"No such payment_intent: '{payment_intent}'",
                status=_NOT_FOUND,
                code="resource_missing",
            )
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
        refund = {
            "id": new_id("re"),
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "currency": charge["currency"],
            "payment_intent": payment_intent,
            "reason": reason,
            "metadata": metadata or {},
            "status": "succeeded",
            "created": int(time.time()),
        }
        self._happened("refund.created", refund)
        self._happened("charge.refunded", charge)
        return refund

    def _must_be_open(self, session: Object) -> None:
        if session["status"] != "open":
            raise RefusedError(f"This session is {session['status']}")

    def _happened(self, kind: str, about: Object) -> None:
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
            # As it was then: what happens later does not change an event.
            "data": {"object": dict(about)},
        }
        self.events[str(event["id"])] = event
        self._news.append(event)
