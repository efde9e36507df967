import time
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from appkit.bulkhead import Bulkhead
from appkit.delivery import COUNTRIES
from shop import checkout
from shop.models import Order, now
from shop.product_rules import Draft
from shop.stock import add_product
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.harness import DRAFT, Shop

PAGE = "/products/oak-tray"
BUY = "/products/oak-tray/checkout"


def test_buying_starts_a_session_and_redirects_to_stripe(
    selling: Shop, stripe_fake: StripeFake
) -> None:
    response = selling.browser().submit(BUY, {}, page=PAGE)
    assert response.status_code == 303
    (session_id,) = stripe_fake.accounts[KEY].sessions
    assert response.headers["Location"] == f"{stripe_fake.origin}/c/pay/{session_id}"
    product = "line_items[0][price_data][product_data]"
    countries = "shipping_address_collection[allowed_countries]"
    sent = {
        "mode": "payment",
        **{f"{countries}[{index}]": code for index, code in enumerate(COUNTRIES)},
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": "3450",
        f"{product}[name]": "Oak tray",
        f"{product}[description]": "A tray.",
        "metadata[product_slug]": "oak-tray",
        "metadata[product_name]": "Oak tray",
        "payment_intent_data[metadata][product_slug]": "oak-tray",
        "payment_intent_data[metadata][product_name]": "Oak tray",
        "success_url": "http://shop.test/ecommerce-flask/checkout/success"
        "?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.test/ecommerce-flask/checkout/cancelled?product=oak-tray",
    }
    ((method, path, form),) = stripe_fake.requests
    expires_in = int(form.pop("expires_at")) - time.time()
    assert (method, path, form) == ("POST", "/v1/checkout/sessions", sent)
    # Stripe accepts no less than 30 minutes.
    assert 30 * 60 < expires_in <= 31 * 60


def test_the_buyer_cannot_set_the_price(selling: Shop, stripe_fake: StripeFake) -> None:
    selling.browser().submit(BUY, {"price": "1", "unit_amount": "1"}, page=PAGE)
    assert stripe_fake.requests[0][2]["line_items[0][price_data][unit_amount]"] == "3450"


def test_the_return_address_does_not_depend_on_the_host_header(
    selling: Shop, stripe_fake: StripeFake
) -> None:
    selling.browser(HTTP_HOST="evil.test").submit(BUY, {}, page=PAGE)
    assert stripe_fake.requests[0][2]["success_url"].startswith("http://shop.test/ecommerce-flask/")


def test_the_content_security_policy_allows_the_redirect_to_stripe(
    selling: Shop, stripe_fake: StripeFake
) -> None:
    policy = selling.browser().get(PAGE).headers["Content-Security-Policy"]
    directive = f"form-action 'self' https://checkout.stripe.com {stripe_fake.origin};"
    assert directive in policy
    account = "sk_live_1", "whsec_1", "https://shop.test", "https://api.stripe.com"
    real = checkout.Checkout(*account, Bulkhead(1, 1))
    assert real.form_action() == "'self' https://checkout.stripe.com"


@pytest.mark.parametrize("status", [400, 402, 403, 404])
def test_an_error_of_stripe_is_503(
    selling: Shop, stripe_fake: StripeFake, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    stripe_fake.fail(KEY, status)
    response = selling.browser().submit(BUY, {}, page=PAGE)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "Nothing was charged" in response.text
    assert "Stripe did not open a session" in caplog.text
    assert "sk_test" not in caplog.text


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_temporary_error_of_stripe_is_retried(
    selling: Shop, stripe_fake: StripeFake, status: int
) -> None:
    stripe_fake.fail(KEY, status)
    response = selling.browser().submit(BUY, {}, page=PAGE)
    assert response.status_code == 503 if status == 429 else 303
    assert len(stripe_fake.requests) == (0 if status == 429 else 1)


def test_an_unreachable_stripe_is_503(
    selling: Shop, open_shop: Callable[..., Shop], stripe_settings: dict[str, str]
) -> None:
    shop = open_shop(**{**stripe_settings, "STRIPE_API_BASE": "http://127.0.0.1:9"})
    assert shop.browser().submit(BUY, {}, page=PAGE).status_code == 503


def test_a_wrong_key_is_503(
    selling: Shop, open_shop: Callable[..., Shop], stripe_settings: dict[str, str]
) -> None:
    shop = open_shop(**{**stripe_settings, "STRIPE_SECRET_KEY": "sk_test_other"})
    assert shop.browser().submit(BUY, {}, page=PAGE).status_code == 503


def test_a_session_without_a_payment_page_is_503(
    selling: Shop, stripe_fake: StripeFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = {"id": "cs_test_1", "object": "checkout.session", "url": None}
    monkeypatch.setattr(stripe_fake.accounts[KEY], "call", lambda *_: (embedded, False))
    assert selling.browser().submit(BUY, {}, page=PAGE).status_code == 503


def test_an_unknown_product_cannot_be_bought(selling: Shop, stripe_fake: StripeFake) -> None:
    response = selling.browser().submit("/products/none/checkout", {}, page=PAGE)
    assert response.status_code == 404
    assert not stripe_fake.requests


def test_buying_needs_a_csrf_token(selling: Shop, stripe_fake: StripeFake) -> None:
    assert selling.browser().post(BUY).status_code == 403
    assert not stripe_fake.requests


def test_only_the_webhook_confirms_a_payment(selling: Shop, session: Session) -> None:
    browser = selling.browser()
    path = "/checkout/success?session_id=cs_test_1"
    waiting = browser.get(path).text
    assert "Not confirmed yet" in waiting
    assert "Thank you" not in waiting
    copied = {"product_slug": "oak-tray", "product_name": "Oak tray"}
    session.add(Order(session_id="cs_test_1", total=3450, currency="eur", paid_at=now(), **copied))
    session.commit()
    page = browser.get(path).text
    assert "Thank you" in page
    assert "Oak tray, €34.50" in page


@pytest.mark.parametrize(
    "query",
    ["", "?session_id=", "?session_id=x", "?session_id=cs_%00", "?session_id=cs_" + "a" * 300],
)
def test_a_success_page_without_a_valid_session_id_is_404(selling: Shop, query: str) -> None:
    assert selling.browser().get(f"/checkout/success{query}").status_code == 404


@pytest.mark.parametrize(
    ("query", "link"),
    [("?product=oak-tray", "/products/oak-tray"), ("?product=none", "/"), ("", "/")],
)
def test_the_cancelled_page_links_back_to_the_product(selling: Shop, query: str, link: str) -> None:
    page = selling.browser().get(f"/checkout/cancelled{query}").text
    assert "Nothing was charged" in page
    assert f'<a class="button" href="{link}">' in page


@pytest.mark.parametrize("path", ["/checkout/success?session_id=cs_1", "/checkout/cancelled"])
def test_without_keys_there_is_no_checkout(shop: Shop, session: Session, path: str) -> None:
    draft: Draft = DRAFT
    add_product(session, draft)
    assert shop.browser().get(path).status_code == 404
    response = shop.browser().submit(BUY, {}, page="/admin/login")
    assert response.status_code == 404
    assert "switched off" in response.text
    assert shop.browser().post("/stripe/webhook").status_code == 404
