"""The fake refuses what Stripe refuses. With STRIPE_MOCK, stripe-mock checks what it accepts."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

import stripe_fake as package
from stripe_fake.mock import Mock
from stripe_fake.server import Response, StripeFake
from stripe_fake.testing import KEY, WEBHOOK_SECRET, in_background, running_fake
from stripe_fake.webhooks import Endpoint, sign

PRICE = "line_items[0][price_data]"
GOOD = {
    "mode": "payment",
    "success_url": "https://shop.test/success?id={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://shop.test/",
    "line_items[0][quantity]": "2",
    f"{PRICE}[currency]": "eur",
    f"{PRICE}[unit_amount]": "3450",
    f"{PRICE}[product_data][name]": "Oak tray",
    f"{PRICE}[product_data][description]": "A tray.",
    "metadata[product_slug]": "oak-tray",
    "payment_intent_data[metadata][product_slug]": "oak-tray",
    "client_reference_id": "7",
    "customer_email": "buyer@example.org",
}
HEADERS = {
    "Authorization": f"Bearer {KEY}",
    "Content-Type": "application/x-www-form-urlencoded",
}
SESSIONS, REFUNDS = "/v1/checkout/sessions", "/v1/refunds"


@pytest.fixture
def stripe_fake() -> Iterator[StripeFake]:
    with running_fake() as fake:
        yield fake


def create(fake: StripeFake, form: Mapping[str, str], **headers: str) -> Response:
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return fake.handle("POST", SESSIONS, {**HEADERS, **named}, urlencode(form))


def body(response: Response) -> dict[str, Any]:
    assert isinstance(response.body, dict)
    return response.body


def message(response: Response) -> str:
    return str(body(response)["error"]["message"])


def paid(fake: StripeFake) -> dict[str, Any]:
    session = body(create(fake, GOOD))["id"]
    fake.handle("POST", f"/c/pay/{session}", {}, "how=now")
    return fake.accounts[KEY].sessions[session]


def listed(fake: StripeFake, query: str) -> dict[str, Any]:
    return body(fake.handle("GET", f"/v1/{query}", HEADERS, ""))


def refund(fake: StripeFake, **form: str) -> Response:
    return fake.handle("POST", REFUNDS, HEADERS, urlencode(form))


def test_a_complete_request_opens_a_session(stripe_fake: StripeFake) -> None:
    response = create(stripe_fake, GOOD)
    assert response.status == 200
    session = body(response)
    assert (session["amount_total"], session["currency"]) == (6900, "eur")
    shown = stripe_fake.handle("GET", f"{SESSIONS}/{session['id']}", HEADERS, "")
    assert shown.body == session


@pytest.mark.parametrize("missing", ["mode", "success_url", *[n for n in GOOD if "[0]" in n][:4]])
def test_a_required_parameter_is_required(stripe_fake: StripeFake, missing: str) -> None:
    response = create(stripe_fake, {name: GOOD[name] for name in GOOD if name != missing})
    assert response.status == 400
    assert message(response) == f"Missing required param: {missing}."


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("colour", "red", "Received unknown parameter: colour"),
        (f"{PRICE}[colour]", "red", f"Received unknown parameter: {PRICE}[colour]"),
        ("payment_intent_data[x]", "1", "Received unknown parameter: payment_intent_data[x]"),
        ("[x]", "1", "Received unknown parameter: [x]"),
        ("mode", "gift", "Invalid mode"),
        ("mode[x]", "payment", "mode[x] is given in two ways"),
        ("success_url", "/success", "Not a valid URL: success_url"),
        ("cancel_url", "javascript:1", "Not a valid URL: cancel_url"),
        ("success_url", "http://[", "Not a valid URL: success_url"),
        ("line_items[0][quantity]", "0", "Invalid integer: line_items[0][quantity]"),
        ("line_items[0][quantity]", "two", "Invalid integer: line_items[0][quantity]"),
        ("line_items[2][quantity]", "1", "Invalid array: line_items"),
        (f"{PRICE}[currency]", "EUR", "Invalid line_items[0][price_data][currency]"),
        (f"{PRICE}[unit_amount]", "34.50", "Invalid integer"),
        (f"{PRICE}[unit_amount]", "-1", "Invalid integer"),
        (f"{PRICE}[unit_amount]", "24", "48 eur can't be paid"),
        (f"{PRICE}[unit_amount]", "99999999", "199999998 eur can't be paid"),
        (f"{PRICE}[product_data][name]", "", "You passed an empty string"),
        (f"{PRICE}[product_data][description]", " ", "You passed an empty string"),
        (f"{PRICE}[product_data][name]", "n" * 251, "must be at most 250 characters"),
        ("metadata[x]", "v" * 501, "must be at most 500 characters"),
        (f"metadata[{'k' * 41}]", "v", "The keys of metadata have up to 40 characters"),
        ("metadata[a][b]", "v", "Invalid string: metadata[a]"),
    ],
)
def test_an_invalid_parameter_is_refused(
    stripe_fake: StripeFake, name: str, value: str, text: str
) -> None:
    response = create(stripe_fake, {**GOOD, name: value})
    assert response.status == 400
    assert text in message(response)
    assert stripe_fake.requests == []


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("mode=payment&mode=payment", "mode is given twice"),
        ("mode", "The body is not form-encoded"),
        ("metadata=x", "Missing required param: line_items."),
        (urlencode({**GOOD, "metadata": "x"}), "metadata is given twice"),
        (urlencode({"metadata": "x", **GOOD}), "given in two ways"),
    ],
)
def test_a_contradictory_body_is_refused(stripe_fake: StripeFake, sent: str, text: str) -> None:
    response = stripe_fake.handle("POST", SESSIONS, HEADERS, sent)
    assert response.status == 400
    assert text in message(response)


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("POST", SESSIONS, {}, 401),
        ("POST", SESSIONS, {"Authorization": "Bearer sk_test_other"}, 401),
        ("POST", SESSIONS, {**HEADERS, "Content-Type": "application/json"}, 400),
        ("POST", f"{SESSIONS}?x=1", HEADERS, 400),
        ("POST", SESSIONS, {**HEADERS, "Idempotency-Key": "k" * 256}, 400),
        ("GET", f"{SESSIONS}/cs_none", HEADERS, 404),
        ("POST", f"{SESSIONS}/cs_none/expire", HEADERS, 404),
        ("GET", "/v1/everything", HEADERS, 404),
        ("GET", "/v1/products?colour=red", HEADERS, 400),
        ("GET", "/v1/prices?limit=101", HEADERS, 400),
        ("GET", "/v1/prices?type=free", HEADERS, 400),
        ("GET", "/v1/products?starting_after=prod_none", HEADERS, 400),
        ("GET", "/", {}, 404),
        ("GET", "/c/pay/cs_none", {}, 404),
        ("GET", f"/test/{KEY}/nothing", {}, 404),
        ("GET", "/healthz", {}, 200),
    ],
)
def test_other_requests_have_the_status_of_stripe(
    stripe_fake: StripeFake, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    assert stripe_fake.handle(method, target, headers, "").status == status


def test_a_repeated_request_opens_one_session(stripe_fake: StripeFake) -> None:
    first, again = (create(stripe_fake, GOOD, idempotency_key="one") for _ in range(2))
    assert body(first)["id"] == body(again)["id"]
    assert ("Idempotent-Replayed", "true") in again.headers
    other = create(stripe_fake, {**GOOD, "cancel_url": "https://b.test"}, idempotency_key="one")
    assert other.status == 400
    assert body(other)["error"]["type"] == "idempotency_error"


def test_a_session_is_paid_once_and_refunded_up_to_its_total(stripe_fake: StripeFake) -> None:
    session = paid(stripe_fake)
    again = stripe_fake.handle("POST", f"/c/pay/{session['id']}", {}, "how=now")
    assert message(again) == "This session is complete"
    payment = session["payment_intent"]
    assert refund(stripe_fake, payment_intent="pi_none").status == 404
    assert refund(stripe_fake, payment_intent=payment, amount="6901").status == 400
    assert body(refund(stripe_fake, payment_intent=payment, amount="900"))["amount"] == 900
    assert body(refund(stripe_fake, payment_intent=payment))["amount"] == 6000
    gone = refund(stripe_fake, payment_intent=payment)
    assert body(gone)["error"]["code"] == "charge_already_refunded"
    changed = [event["data"]["object"] for event in stripe_fake.accounts[KEY].events.values()]
    refunds = [about["amount_refunded"] for about in changed if about["object"] == "charge"]
    assert refunds == [0, 900, 6900]


def test_a_paid_session_has_the_email_of_the_buyer(stripe_fake: StripeFake) -> None:
    assert body(create(stripe_fake, GOOD))["customer_details"] is None
    assert paid(stripe_fake)["customer_details"] == {"email": "buyer@example.org"}


def test_lists_are_paginated(stripe_fake: StripeFake) -> None:
    account = stripe_fake.accounts[KEY]
    account.products += [{"id": f"prod_{number}", "object": "product"} for number in range(3)]
    first = listed(stripe_fake, "products?active=true&limit=2")
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (["prod_0", "prod_1"], True)
    last = listed(stripe_fake, "products?limit=2&starting_after=prod_1")
    assert ([row["id"] for row in last["data"]], last["has_more"]) == (["prod_2"], False)
    account.max_page_size = 1
    assert len(listed(stripe_fake, "products?limit=100")["data"]) == 1
    assert listed(stripe_fake, "prices?active=true&type=one_time&limit=100")["data"] == []
    assert stripe_fake.sent("/v1/prices") == [
        {"active": "true", "type": "one_time", "limit": "100"}
    ]


def test_a_payment_with_held_webhooks_delivers_none(stripe_fake: StripeFake) -> None:
    stripe_fake.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    session = body(create(stripe_fake, GOOD))["id"]
    stripe_fake.handle("POST", f"/c/pay/{session}", {}, "how=now&webhooks=held")
    events = stripe_fake.accounts[KEY].events
    assert [stripe_fake.deliveries[event] for event in events] == [[], []]
    paid(stripe_fake)
    assert [stripe_fake.deliveries[event] for event in events] == [[], [], [0], [0]]


def test_every_buyer_waits_for_all_webhooks(
    stripe_fake: StripeFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both buyers wait, although only one of their requests delivers the webhooks."""
    called, may_return = threading.Event(), threading.Event()

    def deliver(_endpoint: Endpoint, _event: object) -> list[int]:
        called.set()
        may_return.wait(10)
        return [200]

    monkeypatch.setattr(Endpoint, "deliver", deliver)
    stripe_fake.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    buyers = [threading.Thread(target=paid, args=(stripe_fake,)) for _ in range(2)]
    for buyer in buyers:
        buyer.start()
    assert called.wait(10)
    assert [buyer.is_alive() for buyer in buyers] == [True, True]
    may_return.set()
    for buyer in buyers:
        buyer.join(10)
    assert [len(statuses) for statuses in stripe_fake.deliveries.values()] == [1] * 4


def test_only_the_api_fails_while_it_is_down(stripe_fake: StripeFake) -> None:
    stripe_fake.is_down = True
    assert [create(stripe_fake, GOOD).status for _ in range(2)] == [500, 500]
    assert stripe_fake.handle("GET", "/healthz", {}, "").status == 200
    stripe_fake.is_down = False
    assert create(stripe_fake, GOOD).status == 200


def coupon(fake: StripeFake, **form: str) -> Response:
    return fake.handle("POST", "/v1/coupons", HEADERS, urlencode(form))


def test_a_coupon_reduces_the_total(stripe_fake: StripeFake) -> None:
    made = body(coupon(stripe_fake, amount_off="900", currency="eur", duration="once", name="X"))
    session = body(create(stripe_fake, {**GOOD, "discounts[0][coupon]": made["id"]}))
    assert (session["amount_subtotal"], session["amount_total"]) == (6900, 6000)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({"currency": "eur"}, "No such coupon: none"),
        ({"amount_off": "900", "currency": "usd"}, "The coupon is in usd"),
        ({"amount_off": "6890", "currency": "eur"}, "10 eur can't be paid"),
        ({"amount_off": "7000", "currency": "eur"}, "-100 eur can't be paid"),
    ],
)
def test_an_unsuitable_coupon_is_refused(
    stripe_fake: StripeFake, form: dict[str, str], text: str
) -> None:
    made = body(coupon(stripe_fake, **form)).get("id", "none")
    assert text in message(create(stripe_fake, {**GOOD, "discounts[0][coupon]": made}))


@pytest.mark.parametrize(
    ("seconds", "status"), [(60, 400), (1800, 200), (86_400, 200), (90_000, 400), (-1, 400)]
)
def test_a_session_expires_within_30_minutes_to_24_hours(
    stripe_fake: StripeFake, seconds: int, status: int
) -> None:
    expires_at = int(time.time()) + seconds
    response = create(stripe_fake, {**GOOD, "expires_at": str(expires_at)})
    assert response.status == status


def test_an_expired_session_cannot_be_paid(stripe_fake: StripeFake) -> None:
    session = body(create(stripe_fake, GOOD))["id"]
    expired = stripe_fake.handle("POST", f"{SESSIONS}/{session}/expire", HEADERS, "")
    assert body(expired)["status"] == "expired"
    response = stripe_fake.handle("POST", f"/c/pay/{session}", {}, "how=now")
    assert message(response) == "This session is expired"
    settled = stripe_fake.handle("POST", f"/test/{KEY}/sessions/{session}", {}, "how=failed")
    assert settled.status == 400


def test_the_page_shows_the_amount(stripe_fake: StripeFake) -> None:
    session = body(create(stripe_fake, {**GOOD, "cancel_url": 'https://a.test/?x="&y'}))
    page = stripe_fake.handle("GET", f"/c/pay/{session['id']}", {}, "")
    assert isinstance(page.body, str)
    assert "Pay 6900 eur" in page.body
    assert 'href="https://a.test/?x=&quot;&amp;y"' in page.body


def test_tests_can_read_and_repeat_events_and_cause_errors(stripe_fake: StripeFake) -> None:
    stripe_fake.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    paid(stripe_fake)
    events = body(stripe_fake.handle("GET", f"/test/{KEY}/events", {}, ""))["data"]
    assert [event["type"] for event in events] == ["charge.succeeded", "checkout.session.completed"]
    assert [event["deliveries"] for event in events] == [[0], [0]]
    target = f"/test/{KEY}/events/{events[0]['id']}"
    repeated = stripe_fake.handle("POST", target, {}, "times=3&age=10")
    assert repeated.body == {"statuses": [0, 0, 0]}
    stripe_fake.handle("POST", f"/test/{KEY}/trouble", {}, "status=500&times=2")
    assert [create(stripe_fake, GOOD).status for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize("age", [0, 290])
def test_the_sdk_accepts_the_signature(age: int) -> None:
    payload = '{"id": "evt_1", "text": "é"}'
    signature = sign(payload.encode(), WEBHOOK_SECRET, int(time.time()) - age)
    assert stripe.WebhookSignature.verify_header(payload, signature, WEBHOOK_SECRET, 300)


NAMES = st.sampled_from(
    [*GOOD, "x", "metadata[x]", "line_items[1][quantity]", f"{PRICE}[recurring][interval]"]
)
VALUES = st.text(max_size=8) | st.sampled_from([*GOOD.values(), "", "0", "-1", "usd", "setup"])


@settings(max_examples=400)
@given(st.dictionaries(NAMES, VALUES | st.none(), max_size=3))
def test_stripe_mock_accepts_each_accepted_request(
    stripe_fake: StripeFake, changes: dict[str, str | None]
) -> None:
    """Without a stripe-mock, it checks only that no request causes an exception."""
    form = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    assert create(stripe_fake, form).status in (200, 400)


def test_a_disagreement_of_stripe_mock_is_an_error(stripe_fake: StripeFake) -> None:
    """A second fake, with another account, stands in for the stripe-mock."""
    with StripeFake({"sk_test_123": None}) as strict, in_background(strict):
        mock = Mock(strict.origin)
        with StripeFake({KEY: None}, mock=mock) as fake:
            assert create(fake, GOOD).status == 200
            assert mock.requests == 1
            strict.fail("sk_test_123", 400)
            assert "stripe-mock disagrees: A test requested this error" in message(
                create(fake, GOOD)
            )
            found = body(fake.handle("GET", "/test/disagreements", {}, ""))["data"]
            assert len(found) == 1
            assert fake.requests == [fake.requests[0]]
            assert mock.disagrees("POST", SESSIONS, urlencode(GOOD), {"x": 1}) == (
                "a response has no field x"
            )
            assert mock.disagrees("POST", SESSIONS, urlencode(GOOD), {"id": 1}) == (
                "the field id of a response is a str"
            )


def test_it_runs_as_a_program() -> None:
    accounts = {KEY: {"url": "http://127.0.0.1:9/", "secret": WEBHOOK_SECRET}, "sk_test_b": None}
    process = subprocess.Popen(
        [sys.executable, "-m", "stripe_fake"],
        cwd=Path(package.__file__).parent.parent,
        env={**os.environ, "PORT": "0", "ACCOUNTS": json.dumps(accounts)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        origin = process.stdout.readline().strip()
        with urlopen(f"{origin}/healthz", timeout=10) as response:
            assert json.load(response) == {"status": "ok"}
        # urllib changes the spelling of header names.
        unknown = Request(f"{origin}{SESSIONS}/cs_none", headers={"AUTHORIZATION": f"Bearer {KEY}"})
        with pytest.raises(HTTPError, match="404"):
            urlopen(unknown, timeout=10)
        process.terminate()
    assert process.returncode == 0
