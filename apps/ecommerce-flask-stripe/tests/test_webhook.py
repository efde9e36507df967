import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from stripe import WebhookSignature
from werkzeug.test import TestResponse

from shop.models import Order
from shop.orders import record_order
from tests.running import Shop

SECRET = "whsec_double"
PAID: dict[str, Any] = {
    "id": "cs_test_1",
    "object": "checkout.session",
    "amount_total": 3450,
    "currency": "eur",
    "payment_status": "paid",
    "metadata": {"product_slug": "oak-tray", "product_name": "Oak tray"},
}


def event(kind: str = "checkout.session.completed", **session: Any) -> str:
    data = {"object": {**PAID, **session}}
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": data})


@pytest.fixture
def selling(open_shop: Callable[..., Shop], stripe_settings: dict[str, str]) -> Shop:
    return open_shop(**stripe_settings)


def send(shop: Shop, body: str, *, age: int = 0, secret: str = SECRET) -> TestResponse:
    signature = WebhookSignature.generate_signature_header(body, secret, int(time.time()) - age)
    return post(shop, body.encode(), signature)


def post(shop: Shop, body: bytes, signature: str | None) -> TestResponse:
    headers = {} if signature is None else {"Stripe-Signature": signature}
    return shop.browser().post(
        "/stripe/webhook", data=body, headers=headers, content_type="application/json"
    )


def orders(session: Session) -> list[str]:
    session.expire_all()
    return [order.session_id for order in session.query(Order)]


@pytest.mark.parametrize(
    "kind", ["checkout.session.completed", "checkout.session.async_payment_succeeded"]
)
def test_a_paid_session_is_an_order(selling: Shop, session: Session, kind: str) -> None:
    answer = send(selling, event(kind))
    assert (answer.status_code, answer.json) == (200, {"status": "recorded"})
    order = session.query(Order).one()
    assert (order.product_slug, order.total, order.currency) == ("oak-tray", 3450, "eur")


def test_a_repeated_event_is_answered_and_counts_once(selling: Shop, session: Session) -> None:
    answers = [send(selling, event()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.json for answer in answers] == [
        {"status": "recorded"},
        *[{"status": "known"}] * 2,
    ]
    assert orders(session) == ["cs_test_1"]


def test_events_of_one_session_at_once_count_once(selling: Shop, session: Session) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: send(selling, event()), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json == {"status": "recorded"} for answer in answers) == 1
    assert orders(session) == ["cs_test_1"]


def test_a_payment_that_takes_days_counts_when_it_succeeds(selling: Shop, session: Session) -> None:
    assert send(selling, event(payment_status="unpaid")).json == {"status": "ignored"}
    assert orders(session) == []
    later = event("checkout.session.async_payment_succeeded")
    assert send(selling, later).json == {"status": "recorded"}


@pytest.mark.parametrize(
    "body",
    [
        event("checkout.session.expired"),
        event("charge.refunded"),
        event(metadata={}),
        event(metadata=None),
        event(metadata={"product_slug": "Not an address"}),
    ],
)
def test_what_is_not_about_us_is_answered_and_ignored(
    selling: Shop, session: Session, body: str
) -> None:
    answer = send(selling, body)
    assert (answer.status_code, answer.json) == (200, {"status": "ignored"})
    assert orders(session) == []


def test_a_forged_event_is_refused(selling: Shop, session: Session) -> None:
    assert send(selling, event(), secret="whsec_other").status_code == 400
    assert orders(session) == []


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
    answer = post(selling, event().encode(), signature)
    assert (answer.status_code, answer.json) == (400, {"status": "refused"})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        '{"type": "checkout.session.completed"}',
        '{"type": "checkout.session.completed", "data": null}',
        '{"type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}}',
        '{"object": "v2.core.event"}',
    ],
)
def test_what_is_signed_and_no_event_is_refused(selling: Shop, body: str) -> None:
    assert send(selling, body).status_code == 400


def test_what_is_not_even_text_is_refused(selling: Shop) -> None:
    assert post(selling, b"\xff\xfe", "t=1,v1=00").status_code == 400


def test_an_order_that_breaks_another_rule_is_no_duplicate(session: Session) -> None:
    broken = Order(session_id="cs_1", product_slug="a", product_name="A", currency="eur")
    with pytest.raises(IntegrityError):
        record_order(session, broken)
