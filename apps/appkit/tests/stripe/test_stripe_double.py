"""The double refuses what Stripe refuses. With STRIPE_MOCK, stripe-mock sees what it accepts."""

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

import stripe_double as package
from stripe_double.mock import Mock
from stripe_double.server import Answer, StripeDouble
from stripe_double.testing import KEY, WEBHOOK_SECRET, in_background, running_double
from stripe_double.webhooks import Endpoint, sign

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
def stripe_double() -> Iterator[StripeDouble]:
    with running_double() as double:
        yield double


def create(double: StripeDouble, form: Mapping[str, str], **headers: str) -> Answer:
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return double.answer("POST", SESSIONS, {**HEADERS, **named}, urlencode(form))


def body(answer: Answer) -> dict[str, Any]:
    assert isinstance(answer.body, dict)
    return answer.body


def message(answer: Answer) -> str:
    return str(body(answer)["error"]["message"])


def paid(double: StripeDouble) -> dict[str, Any]:
    session = body(create(double, GOOD))["id"]
    double.answer("POST", f"/c/pay/{session}", {}, "how=now")
    return double.accounts[KEY].sessions[session]


def listed(double: StripeDouble, query: str) -> dict[str, Any]:
    return body(double.answer("GET", f"/v1/{query}", HEADERS, ""))


def refund(double: StripeDouble, **form: str) -> Answer:
    return double.answer("POST", REFUNDS, HEADERS, urlencode(form))


def test_a_complete_request_opens_a_session(stripe_double: StripeDouble) -> None:
    answer = create(stripe_double, GOOD)
    assert answer.status == 200
    session = body(answer)
    assert (session["amount_total"], session["currency"]) == (6900, "eur")
    shown = stripe_double.answer("GET", f"{SESSIONS}/{session['id']}", HEADERS, "")
    assert shown.body == session


@pytest.mark.parametrize("missing", ["mode", "success_url", *[n for n in GOOD if "[0]" in n][:4]])
def test_what_stripe_requires_is_required(stripe_double: StripeDouble, missing: str) -> None:
    answer = create(stripe_double, {name: GOOD[name] for name in GOOD if name != missing})
    assert answer.status == 400
    assert message(answer) == f"Missing required param: {missing}."


@pytest.mark.parametrize(
    ("name", "value", "said"),
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
def test_what_stripe_refuses_is_refused(
    stripe_double: StripeDouble, name: str, value: str, said: str
) -> None:
    answer = create(stripe_double, {**GOOD, name: value})
    assert answer.status == 400
    assert said in message(answer)
    assert stripe_double.requests == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("mode=payment&mode=payment", "mode is given twice"),
        ("mode", "The body is not form-encoded"),
        ("metadata=x", "Missing required param: line_items."),
        (urlencode({**GOOD, "metadata": "x"}), "metadata is given twice"),
        (urlencode({"metadata": "x", **GOOD}), "given in two ways"),
    ],
)
def test_a_body_that_says_two_things_is_refused(
    stripe_double: StripeDouble, sent: str, said: str
) -> None:
    answer = stripe_double.answer("POST", SESSIONS, HEADERS, sent)
    assert answer.status == 400
    assert said in message(answer)


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
def test_other_requests_are_answered_as_stripe_does(
    stripe_double: StripeDouble, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    assert stripe_double.answer(method, target, headers, "").status == status


def test_a_repeated_request_opens_one_session(stripe_double: StripeDouble) -> None:
    first, again = (create(stripe_double, GOOD, idempotency_key="one") for _ in range(2))
    assert body(first)["id"] == body(again)["id"]
    assert ("Idempotent-Replayed", "true") in again.headers
    other = create(stripe_double, {**GOOD, "cancel_url": "https://b.test"}, idempotency_key="one")
    assert other.status == 400
    assert body(other)["error"]["type"] == "idempotency_error"


def test_a_session_is_paid_once_and_refunded_up_to_its_total(stripe_double: StripeDouble) -> None:
    session = paid(stripe_double)
    again = stripe_double.answer("POST", f"/c/pay/{session['id']}", {}, "how=now")
    assert message(again) == "This session is complete"
    payment = session["payment_intent"]
    assert refund(stripe_double, payment_intent="pi_none").status == 404
    assert refund(stripe_double, payment_intent=payment, amount="6901").status == 400
    assert body(refund(stripe_double, payment_intent=payment, amount="900"))["amount"] == 900
    assert body(refund(stripe_double, payment_intent=payment))["amount"] == 6000
    gone = refund(stripe_double, payment_intent=payment)
    assert body(gone)["error"]["code"] == "charge_already_refunded"
    told = [event["data"]["object"] for event in stripe_double.accounts[KEY].events.values()]
    refunds = [about["amount_refunded"] for about in told if about["object"] == "charge"]
    assert refunds == [0, 900, 6900]


def test_who_paid_is_told(stripe_double: StripeDouble) -> None:
    assert body(create(stripe_double, GOOD))["customer_details"] is None
    assert paid(stripe_double)["customer_details"] == {"email": "buyer@example.org"}


def test_lists_come_in_pages(stripe_double: StripeDouble) -> None:
    account = stripe_double.accounts[KEY]
    account.products += [{"id": f"prod_{number}", "object": "product"} for number in range(3)]
    first = listed(stripe_double, "products?active=true&limit=2")
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (["prod_0", "prod_1"], True)
    last = listed(stripe_double, "products?limit=2&starting_after=prod_1")
    assert ([row["id"] for row in last["data"]], last["has_more"]) == (["prod_2"], False)
    account.longest_page = 1
    assert len(listed(stripe_double, "products?limit=100")["data"]) == 1
    assert listed(stripe_double, "prices?active=true&type=one_time&limit=100")["data"] == []
    assert stripe_double.sent("/v1/prices") == [
        {"active": "true", "type": "one_time", "limit": "100"}
    ]


def test_a_payment_of_which_nobody_is_told(stripe_double: StripeDouble) -> None:
    stripe_double.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    session = body(create(stripe_double, GOOD))["id"]
    stripe_double.answer("POST", f"/c/pay/{session}", {}, "how=now&webhooks=held")
    events = stripe_double.accounts[KEY].events
    assert [stripe_double.deliveries[event] for event in events] == [[], []]
    paid(stripe_double)
    assert [stripe_double.deliveries[event] for event in events] == [[], [], [0], [0]]


def test_who_waits_for_the_webhooks_waits_for_all(
    stripe_double: StripeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One buyer's webhooks are being sent by another's request: both wait for them."""
    asked, may_answer = threading.Event(), threading.Event()

    def deliver(_endpoint: Endpoint, _event: object) -> list[int]:
        asked.set()
        may_answer.wait(10)
        return [200]

    monkeypatch.setattr(Endpoint, "deliver", deliver)
    stripe_double.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    buyers = [threading.Thread(target=paid, args=(stripe_double,)) for _ in range(2)]
    for buyer in buyers:
        buyer.start()
    assert asked.wait(10)
    assert [buyer.is_alive() for buyer in buyers] == [True, True]
    may_answer.set()
    for buyer in buyers:
        buyer.join(10)
    assert [len(told) for told in stripe_double.deliveries.values()] == [1] * 4


def test_while_it_is_down_the_api_fails_and_nothing_else(stripe_double: StripeDouble) -> None:
    stripe_double.is_down = True
    assert [create(stripe_double, GOOD).status for _ in range(2)] == [500, 500]
    assert stripe_double.answer("GET", "/healthz", {}, "").status == 200
    stripe_double.is_down = False
    assert create(stripe_double, GOOD).status == 200


def coupon(double: StripeDouble, **form: str) -> Answer:
    return double.answer("POST", "/v1/coupons", HEADERS, urlencode(form))


def test_a_coupon_reduces_the_total(stripe_double: StripeDouble) -> None:
    made = body(coupon(stripe_double, amount_off="900", currency="eur", duration="once", name="X"))
    session = body(create(stripe_double, {**GOOD, "discounts[0][coupon]": made["id"]}))
    assert (session["amount_subtotal"], session["amount_total"]) == (6900, 6000)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"currency": "eur"}, "No such coupon: none"),
        ({"amount_off": "900", "currency": "usd"}, "The coupon is in usd"),
        ({"amount_off": "6890", "currency": "eur"}, "10 eur can't be paid"),
        ({"amount_off": "7000", "currency": "eur"}, "-100 eur can't be paid"),
    ],
)
def test_a_coupon_that_does_not_fit_is_refused(
    stripe_double: StripeDouble, form: dict[str, str], said: str
) -> None:
    made = body(coupon(stripe_double, **form)).get("id", "none")
    assert said in message(create(stripe_double, {**GOOD, "discounts[0][coupon]": made}))


@pytest.mark.parametrize(
    ("seconds", "status"), [(60, 400), (1800, 200), (86_400, 200), (90_000, 400), (-1, 400)]
)
def test_a_session_is_open_for_half_an_hour_to_a_day(
    stripe_double: StripeDouble, seconds: int, status: int
) -> None:
    expires_at = int(time.time()) + seconds
    answer = create(stripe_double, {**GOOD, "expires_at": str(expires_at)})
    assert answer.status == status


def test_a_session_that_expired_is_not_paid(stripe_double: StripeDouble) -> None:
    session = body(create(stripe_double, GOOD))["id"]
    expired = stripe_double.answer("POST", f"{SESSIONS}/{session}/expire", HEADERS, "")
    assert body(expired)["status"] == "expired"
    answer = stripe_double.answer("POST", f"/c/pay/{session}", {}, "how=now")
    assert message(answer) == "This session is expired"
    settled = stripe_double.answer("POST", f"/test/{KEY}/sessions/{session}", {}, "how=failed")
    assert message(settled) == "Nothing of this session is under way"


def test_the_page_shows_what_is_to_be_paid(stripe_double: StripeDouble) -> None:
    session = body(create(stripe_double, {**GOOD, "cancel_url": 'https://a.test/?x="&y'}))
    page = stripe_double.answer("GET", f"/c/pay/{session['id']}", {}, "")
    assert isinstance(page.body, str)
    assert "Pay 6900 eur" in page.body
    assert 'href="https://a.test/?x=&quot;&amp;y"' in page.body


def test_tests_see_and_repeat_events_and_make_trouble(stripe_double: StripeDouble) -> None:
    stripe_double.endpoints[KEY] = Endpoint("http://127.0.0.1:9/", WEBHOOK_SECRET)
    paid(stripe_double)
    events = body(stripe_double.answer("GET", f"/test/{KEY}/events", {}, ""))["data"]
    assert [event["type"] for event in events] == ["charge.succeeded", "checkout.session.completed"]
    assert [event["deliveries"] for event in events] == [[0], [0]]
    target = f"/test/{KEY}/events/{events[0]['id']}"
    repeated = stripe_double.answer("POST", target, {}, "times=3&age=10")
    assert repeated.body == {"statuses": [0, 0, 0]}
    stripe_double.answer("POST", f"/test/{KEY}/trouble", {}, "status=500&times=2")
    assert [create(stripe_double, GOOD).status for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize("age", [0, 290])
def test_its_signature_is_one_that_the_sdk_believes(age: int) -> None:
    payload = '{"id": "evt_1", "text": "é"}'
    signature = sign(payload.encode(), WEBHOOK_SECRET, int(time.time()) - age)
    assert stripe.WebhookSignature.verify_header(payload, signature, WEBHOOK_SECRET, 300)


NAMES = st.sampled_from(
    [*GOOD, "x", "metadata[x]", "line_items[1][quantity]", f"{PRICE}[recurring][interval]"]
)
VALUES = st.text(max_size=8) | st.sampled_from([*GOOD.values(), "", "0", "-1", "usd", "setup"])


@settings(max_examples=400)
@given(st.dictionaries(NAMES, VALUES | st.none(), max_size=3))
def test_what_it_accepts_stripe_mock_accepts_too(
    stripe_double: StripeDouble, changes: dict[str, str | None]
) -> None:
    """Without a stripe-mock, that nothing makes the double fail."""
    form = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    assert create(stripe_double, form).status in (200, 400)


def test_a_stripe_mock_that_disagrees_is_an_error(stripe_double: StripeDouble) -> None:
    """A second double plays the stripe-mock, whose account is another."""
    with StripeDouble({"sk_test_123": None}) as strict, in_background(strict):
        mock = Mock(strict.origin)
        with StripeDouble({KEY: None}, mock=mock) as double:
            assert create(double, GOOD).status == 200
            assert mock.asked == 1
            strict.fail("sk_test_123", 400)
            assert "stripe-mock disagrees: told to fail" in message(create(double, GOOD))
            found = body(double.answer("GET", "/test/disagreements", {}, ""))["data"]
            assert len(found) == 1
            assert double.requests == [double.requests[0]]
            assert mock.disagrees("POST", SESSIONS, urlencode(GOOD), {"x": 1}) == (
                "an answer has no field x"
            )
            assert mock.disagrees("POST", SESSIONS, urlencode(GOOD), {"id": 1}) == (
                "the field id of an answer is a str"
            )


def test_it_runs_by_itself() -> None:
    accounts = {KEY: {"url": "http://127.0.0.1:9/", "secret": WEBHOOK_SECRET}, "sk_test_b": None}
    process = subprocess.Popen(
        [sys.executable, "-m", "stripe_double"],
        cwd=Path(package.__file__).parent.parent,
        env={**os.environ, "PORT": "0", "ACCOUNTS": json.dumps(accounts)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        origin = process.stdout.readline().strip()
        with urlopen(f"{origin}/healthz", timeout=10) as answer:
            assert json.load(answer) == {"status": "ok"}
        # urllib writes a header's name in its own way.
        unknown = Request(f"{origin}{SESSIONS}/cs_none", headers={"AUTHORIZATION": f"Bearer {KEY}"})
        with pytest.raises(HTTPError, match="404"):
            urlopen(unknown, timeout=10)
        process.terminate()
    assert process.returncode == 0
