"""The fake refuses the requests that Stripe refuses."""

from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY

from .conftest import GOOD, HEADERS, PRICE, SESSIONS, body, create, message


def listed(fake: StripeFake, query: str) -> dict[str, Any]:
    return body(fake.handle("GET", f"/v1/{query}", HEADERS, ""))


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


def test_only_the_api_fails_while_it_is_down(stripe_fake: StripeFake) -> None:
    stripe_fake.is_down = True
    assert [create(stripe_fake, GOOD).status for _ in range(2)] == [500, 500]
    assert stripe_fake.handle("GET", "/healthz", {}, "").status == 200
    stripe_fake.is_down = False
    assert create(stripe_fake, GOOD).status == 200


def test_a_test_can_delay_a_response_or_make_it_slow(stripe_fake: StripeFake) -> None:
    def request_prices(timeout: float) -> int:
        request = Request(f"{stripe_fake.origin}/v1/prices", headers=HEADERS)
        with urlopen(request, timeout=timeout) as response:
            response.read()
            return int(response.status)

    stripe_fake.handle("POST", f"/test/{KEY}/trouble", {}, "delay=3600")
    with pytest.raises(TimeoutError):
        request_prices(0.2)
    stripe_fake.handle("POST", f"/test/{KEY}/trouble", {}, "pace=0.001")
    assert request_prices(60) == 200
    stripe_fake.handle("POST", f"/test/{KEY}/trouble", {}, "pace=3600")
    with pytest.raises(TimeoutError):
        request_prices(0.2)
    assert request_prices(60) == 200
