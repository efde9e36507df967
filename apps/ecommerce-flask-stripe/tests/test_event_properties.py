"""Any event of Stripe, signed or not, gets a response, and stores nothing invalid."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shop.models import Order, Refund
from shop.money import DECIMALS
from shop.product_rules import (
    MAX_LENGTHS,
    is_slug,
)
from stripe_fake.testing import WEBHOOK_SECRET
from stripe_fake.webhooks import sign
from tests.harness import Shop
from tests.hostile_values import HOSTILE, JSON, mutated
from tests.test_refund_failures import REFUND
from tests.test_webhook import CHARGE, PAID

KINDS = [
    ("checkout.session.completed", PAID),
    ("charge.refunded", CHARGE),
    ("refund.failed", REFUND),
]


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """An event about a payment, a refund or its failure, valid or with some invalid values."""
    kind, subject = draw(st.sampled_from(KINDS))
    # New ids, because a payment that is stored already would change nothing.
    ids = {"id": f"cs_test_{uuid4().hex}", "payment_intent": f"pi_{uuid4().hex}"}
    subject = draw(mutated({**subject, **ids}, HOSTILE))
    if draw(st.booleans()):
        subject["metadata"] = draw(mutated(PAID["metadata"], HOSTILE))
    event = {"type": kind, "created": int(time.time()), "data": {"object": subject}}
    return json.dumps(draw(mutated(event, HOSTILE) | st.just(event))).encode()


@settings(max_examples=200)
@given(events() | JSON.map(json.dumps).map(str.encode) | st.binary(max_size=100))
def test_any_signed_body_gets_a_response_and_stores_nothing_invalid(
    selling: Shop, session: Session, body: bytes
) -> None:
    response = post(selling, body, sign(body, WEBHOOK_SECRET, int(time.time())))
    assert response.status_code in (200, 400)
    with rolled_back(session):
        for order in session.query(Order):
            assert order.total > 0
            assert order.currency in DECIMALS
            assert is_slug(order.product_slug)
            assert 0 < len(order.product_name) <= MAX_LENGTHS["name"]
            assert "\0" not in order.product_name
        for refund in session.query(Refund):
            assert refund.amount > 0


@given(st.binary(max_size=100), st.text(st.characters(codec="latin-1"), max_size=100))
def test_any_unsigned_body_is_refused(selling: Shop, body: bytes, signature: str) -> None:
    header = signature.replace("\r", "").replace("\n", "")
    assert post(selling, body, header).status_code == 400


@settings(max_examples=30)
@given(st.permutations(range(6)), st.integers(1, 3449))
def test_the_result_does_not_depend_on_the_order_of_events(
    selling: Shop, session: Session, order: list[int], part: int
) -> None:
    def event(kind: str, subject: dict[str, Any]) -> bytes:
        content = {"type": kind, "created": int(time.time()), "data": {"object": subject}}
        return json.dumps(content).encode()

    completed = event("checkout.session.completed", PAID)
    waiting = event("checkout.session.completed", {**PAID, "payment_status": "unpaid"})
    partial = event("charge.refunded", {**CHARGE, "amount_refunded": part})
    full = event("charge.refunded", CHARGE)
    bodies = [completed, completed, waiting, partial, full, full]
    for index in order:
        body = bodies[index]
        assert post(selling, body, sign(body, WEBHOOK_SECRET, int(time.time()))).status_code == 200
    with rolled_back(session):
        stored = session.query(Order).one()
        assert stored.refund
        assert (stored.total, stored.refund.amount) == (3450, 3450)
        session.query(Order).delete()
        session.query(Refund).delete()
        session.commit()


@contextmanager
def rolled_back(session: Session) -> Iterator[None]:
    """Reads the current state, and keeps no transaction open afterwards."""
    session.rollback()
    yield
    session.rollback()


def post(shop: Shop, body: bytes, signature: str) -> TestResponse:
    headers = {"Stripe-Signature": signature}
    return shop.browser().post("/stripe/webhook", data=body, headers=headers)
