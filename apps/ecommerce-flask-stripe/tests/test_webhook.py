import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shop.models import Order, Refund, now
from shop.orders import record
from stripe_fake.testing import WEBHOOK_SECRET
from stripe_fake.webhooks import sign
from tests.harness import Shop

METADATA = {"product_slug": "oak-tray", "product_name": "Oak tray"}
PAID: dict[str, Any] = {
    "id": "cs_test_1",
    "object": "checkout.session",
    "amount_total": 3450,
    "currency": "eur",
    "payment_status": "paid",
    "payment_intent": "pi_1",
    "metadata": METADATA,
}
CHARGE: dict[str, Any] = {
    "id": "ch_1",
    "object": "charge",
    "amount": 3450,
    "amount_refunded": 3450,
    "currency": "eur",
    "payment_intent": "pi_1",
    "metadata": METADATA,
}
RECORDED, KNOWN, IGNORED = ({"status": text} for text in ("recorded", "known", "ignored"))


def event(kind: str = "checkout.session.completed", **session: Any) -> str:
    return body(kind, {**PAID, **session})


def refund(**charge: Any) -> str:
    return body("charge.refunded", {**CHARGE, **charge})


def body(kind: str, subject: object) -> str:
    data = {"object": subject}
    created = int(time.time())
    return json.dumps(
        {"id": "evt_1", "object": "event", "created": created, "type": kind, "data": data}
    )


def send(shop: Shop, body: str, *, age: int = 0, secret: str = WEBHOOK_SECRET) -> TestResponse:
    raw = body.encode()
    return post(shop, raw, sign(raw, secret, int(time.time()) - age))


def post(shop: Shop, body: bytes, signature: str | None) -> TestResponse:
    headers = {} if signature is None else {"Stripe-Signature": signature}
    return shop.browser().post(
        "/stripe/webhook", data=body, headers=headers, content_type="application/json"
    )


def orders(session: Session) -> list[tuple[str, int]]:
    """The session of each order, and its refunded amount."""
    session.expire_all()
    return [
        (order.session_id, order.refund.amount if order.refund else 0)
        for order in session.query(Order)
    ]


@pytest.mark.parametrize(
    "kind", ["checkout.session.completed", "checkout.session.async_payment_succeeded"]
)
def test_a_paid_session_is_an_order(selling: Shop, session: Session, kind: str) -> None:
    response = send(selling, event(kind))
    assert (response.status_code, response.json) == (200, RECORDED)
    order = session.query(Order).one()
    assert (order.product_slug, order.total, order.currency) == ("oak-tray", 3450, "eur")
    assert (order.payment_intent, order.is_refundable) == ("pi_1", True)
    assert abs((now() - order.paid_at).total_seconds()) < 60


@pytest.mark.sqlite
def test_a_repeated_event_is_stored_once(selling: Shop, session: Session) -> None:
    responses = [send(selling, event()) for _ in range(3)]
    assert [response.status_code for response in responses] == [200] * 3
    assert [response.json for response in responses] == [RECORDED, KNOWN, KNOWN]
    assert orders(session) == [("cs_test_1", 0)]


def test_concurrent_events_at_five_replicas_are_stored_once(
    selling: Shop,
    session: Session,
    open_shop: Callable[..., Shop],
    stripe_settings: dict[str, str],
) -> None:
    replicas = [open_shop(**stripe_settings) for _ in range(5)]
    bodies = [event(), refund(), event(), refund(amount_refunded=100)] * 3
    with ThreadPoolExecutor(10) as pool:
        futures = [pool.submit(send, replicas[i % 5], body) for i, body in enumerate(bodies)]
        responses = [future.result() for future in futures]
    assert {response.status_code for response in responses} == {200}
    payments = [
        response.json for response, body in zip(responses, bodies, strict=True) if "cs_" in body
    ]
    assert payments.count(RECORDED) == 1
    assert orders(session) == [("cs_test_1", 3450)]


@pytest.mark.sqlite
def test_a_payment_pays_one_order_only(
    selling: Shop, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(selling, event()).json == RECORDED
    other = send(selling, event(id="cs_test_2"))
    assert (other.status_code, other.json) == (200, KNOWN)
    assert send(selling, event(payment_intent="pi_2")).json == KNOWN
    stored = [(order.session_id, order.payment_intent) for order in session.query(Order)]
    assert stored == [("cs_test_1", "pi_1")]
    assert "the payment pi_1 has paid another order" in caplog.text
    assert "cs_test" not in caplog.text


@pytest.mark.parametrize("status", ["no_payment_required", "unpaid", "", "mystery", None])
def test_only_a_paid_session_is_an_order(
    selling: Shop, session: Session, status: str | None
) -> None:
    assert send(selling, event(payment_status=status)).json == IGNORED
    assert send(selling, event(payment_status=status, amount_total=0)).json == IGNORED
    assert orders(session) == []


def test_a_delayed_payment_is_stored_when_it_succeeds(selling: Shop, session: Session) -> None:
    assert send(selling, event(payment_status="unpaid", payment_intent=None)).json == IGNORED
    assert orders(session) == []
    later = event("checkout.session.async_payment_succeeded")
    assert send(selling, later).json == RECORDED
    assert send(selling, event(payment_status="unpaid")).json == IGNORED
    assert orders(session) == [("cs_test_1", 0)]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("bodies", "responses"),
    [
        ([event(), refund()], [RECORDED, RECORDED]),
        ([refund(), event()], [RECORDED, RECORDED]),
        ([event(), refund(), refund()], [RECORDED, RECORDED, KNOWN]),
        ([refund(amount_refunded=1000), event(), refund()], [RECORDED] * 3),
        ([refund(), refund(amount_refunded=1000), event()], [RECORDED, KNOWN, RECORDED]),
    ],
)
def test_refunds_are_stored_in_any_order_of_events(
    selling: Shop, session: Session, bodies: list[str], responses: list[object]
) -> None:
    assert [send(selling, body).json for body in bodies] == responses
    assert orders(session) == [("cs_test_1", 3450)]
    assert not session.query(Order).one().is_refundable


def test_a_larger_refund_of_one_payment_leaves_the_other_refunds(
    selling: Shop, session: Session
) -> None:
    for number in ("1", "2"):
        send(selling, event(id=f"cs_test_{number}", payment_intent=f"pi_{number}"))
        send(selling, refund(payment_intent=f"pi_{number}", amount_refunded=100))
    assert send(selling, refund(payment_intent="pi_1", amount_refunded=200)).json == RECORDED
    assert sorted(orders(session)) == [("cs_test_1", 200), ("cs_test_2", 100)]


def test_a_partial_refund_is_shown(selling: Shop, session: Session) -> None:
    send(selling, event())
    send(selling, refund(amount_refunded=1000))
    assert session.query(Order).one().is_refundable
    page = selling.browser().get("/checkout/success?session_id=cs_test_1").text
    assert 'class="notice">€10.00' in page


@pytest.mark.parametrize(
    "body",
    [
        event("checkout.session.expired"),
        event("checkout.session.async_payment_failed"),
        event("payment_intent.succeeded"),
        event("of.tomorrow"),
        event(metadata={}),
        event(metadata=None),
        event(metadata={"product_slug": "Not an address"}),
        event(metadata={"product_slug": 7}),
        refund(metadata={}),
    ],
)
def test_an_unrelated_event_is_ignored(selling: Shop, session: Session, body: str) -> None:
    response = send(selling, body)
    assert (response.status_code, response.json) == (200, IGNORED)
    assert orders(session) == []
    assert session.query(Refund).count() == 0


@pytest.mark.parametrize("body", [event(), refund()])
def test_a_forged_event_is_refused(selling: Shop, session: Session, body: str) -> None:
    assert send(selling, body, secret="whsec_other").status_code == 400
    signed = sign(body.encode(), WEBHOOK_SECRET, int(time.time()))
    assert post(selling, body.replace("3450", "1").encode(), signed).status_code == 400
    assert orders(session) == []
    assert session.query(Refund).count() == 0


@pytest.mark.parametrize(("age", "status"), [(301, 400), (86_400, 400), (290, 200)])
def test_an_old_event_is_refused(selling: Shop, age: int, status: int) -> None:
    assert send(selling, event(), age=age).status_code == status


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "x",
        "t=1",
        "t=1,v1=",
        "t=x,v1=00",
        "v1=00",
        f"t={int(time.time())},v1=é",
        "=,=",
        "t",
    ],
)
def test_a_broken_signature_is_refused(selling: Shop, signature: str | None) -> None:
    response = post(selling, event().encode(), signature)
    assert (response.status_code, response.json) == (400, {"status": "refused"})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        '{"type": "checkout.session.completed"}',
        '{"type": "checkout.session.completed", "data": null}',
        '{"type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}}',
        '{"object": "v2.core.event"}',
        *(event(id=name) for name in ("../1", "cs_test_1\n", "cs_test_1/2")),
        event(payment_intent=None),
        event(amount_total="3450"),
        event(amount_total=True),
        event(amount_total=0),
        event(amount_total=10**30),
        event(currency="xau"),
        event(currency=None),
        event(metadata={**METADATA, "product_name": "zero\0byte"}),
        event(metadata={**METADATA, "product_name": "n" * 81}),
        event(metadata={"product_slug": "oak-tray"}),
        event(metadata=[1]),
        refund(amount_refunded=0),
        refund(amount_refunded=-1),
        refund(payment_intent=None),
        event().replace('"created": 1', '"created": -1'),
        event().replace('"created": 1', '"created": 1000000000000'),
    ],
)
def test_a_signed_body_that_is_not_a_valid_event_is_refused(
    selling: Shop, session: Session, body: str
) -> None:
    assert send(selling, body).status_code == 400
    assert orders(session) == []
    assert session.query(Refund).count() == 0


def test_a_body_that_is_not_text_is_refused(selling: Shop) -> None:
    assert post(selling, b"\xff\xfe", "t=1,v1=00").status_code == 400


def test_an_event_during_a_database_outage_is_503_and_can_be_repeated(
    selling: Shop, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(type(selling.database.breaker), "open", True)
        assert send(selling, event()).status_code == 503
    assert send(selling, event()).json == RECORDED
    assert orders(session) == [("cs_test_1", 0)]


@pytest.mark.sqlite
def test_another_integrity_error_is_not_a_duplicate(session: Session) -> None:
    product = {"product_slug": "a", "product_name": "A", "currency": "eur", "paid_at": now()}
    with pytest.raises(IntegrityError):
        record(session, Order(session_id="cs_1", **product))
    with pytest.raises(IntegrityError):
        record(session, Refund(payment_intent="pi_1", amount=0, refunded_at=now()))
