"""Sessions are paid, refunded, reduced by a coupon, and expire."""

import time
from urllib.parse import urlencode

import pytest

from stripe_fake.server import Response, StripeFake
from stripe_fake.testing import KEY

from .conftest import GOOD, HEADERS, SESSIONS, body, create, message, paid


def refund(fake: StripeFake, **form: str) -> Response:
    return fake.handle("POST", "/v1/refunds", HEADERS, urlencode(form))


def coupon(fake: StripeFake, **form: str) -> Response:
    return fake.handle("POST", "/v1/coupons", HEADERS, urlencode(form))


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


def test_a_paid_session_has_the_delivery_address_that_it_requires(stripe_fake: StripeFake) -> None:
    assert body(create(stripe_fake, GOOD))["collected_information"] is None
    assert paid(stripe_fake)["collected_information"] == {"shipping_details": None}
    countries = "shipping_address_collection[allowed_countries]"
    details = paid(stripe_fake, {f"{countries}[0]": "DE", f"{countries}[1]": "AT"})[
        "collected_information"
    ]["shipping_details"]
    assert details["name"]
    assert details["address"]["line1"]
    assert details["address"]["country"] == "DE"
    for value in ("", "de", "DEU", "D1"):
        assert create(stripe_fake, {**GOOD, f"{countries}[0]": value}).status == 400


def test_a_refund_can_fail(stripe_fake: StripeFake) -> None:
    made = body(refund(stripe_fake, payment_intent=paid(stripe_fake)["payment_intent"]))
    target = f"/test/{KEY}/refunds/{made['id']}"
    assert stripe_fake.handle("POST", target, {}, "how=failed").status == 200
    *_, last = stripe_fake.accounts[KEY].events.values()
    failed = last["data"]["object"]
    assert (last["type"], failed["id"], failed["status"]) == ("refund.failed", made["id"], "failed")
    (charge,) = stripe_fake.accounts[KEY].charges.values()
    assert (charge["amount_refunded"], charge["refunded"]) == (0, False)
    for other in (target, f"/test/{KEY}/refunds/re_none"):
        assert stripe_fake.handle("POST", other, {}, "how=failed").status == 400
    assert stripe_fake.handle("POST", target, {}, "how=later").status == 404


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


def status_of_intent(fake: StripeFake, session: str) -> str:
    """The status of the payment intent, as a part of its session."""
    target = f"{SESSIONS}/{session}?expand[0]=payment_intent"
    intent = body(fake.handle("GET", target, HEADERS, ""))["payment_intent"]
    return str(intent["status"])


def test_a_session_can_be_read_with_its_payment_intent(stripe_fake: StripeFake) -> None:
    session = body(create(stripe_fake, GOOD))["id"]
    target = f"{SESSIONS}/{session}?expand[0]=payment_intent"
    assert body(stripe_fake.handle("GET", target, HEADERS, ""))["payment_intent"] is None
    stripe_fake.handle("POST", f"/c/pay/{session}", {}, "how=later")
    assert status_of_intent(stripe_fake, session) == "processing"
    stripe_fake.handle("POST", f"/test/{KEY}/sessions/{session}", {}, "how=failed")
    assert status_of_intent(stripe_fake, session) == "requires_payment_method"
    assert status_of_intent(stripe_fake, paid(stripe_fake)["id"]) == "succeeded"
    refused = stripe_fake.handle("GET", f"{SESSIONS}/{session}?expand[0]=customer", HEADERS, "")
    assert refused.status == 400


def test_the_charges_of_a_payment_are_listed(stripe_fake: StripeFake) -> None:
    payment = paid(stripe_fake)["payment_intent"]
    refund(stripe_fake, payment_intent=payment, amount="900")
    listed = stripe_fake.handle("GET", f"/v1/charges?payment_intent={payment}", HEADERS, "")
    (charge,) = body(listed)["data"]
    assert (charge["payment_intent"], charge["amount_refunded"]) == (payment, 900)
    none = stripe_fake.handle("GET", "/v1/charges?payment_intent=pi_none", HEADERS, "")
    assert body(none)["error"]["code"] == "resource_missing"


def test_a_test_can_make_a_session_expire_or_give_it_any_status(stripe_fake: StripeFake) -> None:
    session = body(create(stripe_fake, GOOD))["id"]
    target = f"/test/{KEY}/sessions/{session}"
    assert stripe_fake.handle("POST", target, {}, "how=expired&webhooks=held").status == 200
    account = stripe_fake.accounts[KEY]
    assert account.sessions[session]["status"] == "expired"
    assert [event["type"] for event in account.events.values()] == ["checkout.session.expired"]
    assert account.take_new_events() == []
    stripe_fake.handle("POST", target, {}, "status=mystery")
    assert account.sessions[session]["status"] == "mystery"


def test_the_page_shows_the_amount(stripe_fake: StripeFake) -> None:
    session = body(create(stripe_fake, {**GOOD, "cancel_url": 'https://a.test/?x="&y'}))
    page = stripe_fake.handle("GET", f"/c/pay/{session['id']}", {}, "")
    assert isinstance(page.body, str)
    assert "Pay 6900 eur" in page.body
    assert 'href="https://a.test/?x=&quot;&amp;y"' in page.body
