"""Payments whose webhook is lost: the shop checks them at Stripe, on return and by the clock."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shop import payments
from shop.models import OpenPayment, Order, Product, now
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.harness import Shop
from tests.open_payments import (
    HERE,
    MINUTE,
    SESSIONS,
    at_stripe,
    buy,
    open_payments,
    orders,
    pay,
    session_of,
    sweep,
)


@pytest.mark.sqlite
def test_a_lost_webhook_is_made_up_for_when_the_buyer_returns(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    browser = selling.browser(REMOTE_ADDR=HERE)
    session_id = session_of(browser)
    pay(stripe_fake, session_id)
    assert orders(session) == []
    assert "Thank you" in browser.get(f"/checkout/success?session_id={session_id}").text
    assert orders(session) == [session_id]
    order = session.query(Order).one()
    assert (order.total, order.currency, order.product_slug) == (3450, "eur", "oak-tray")
    assert order.is_refundable
    assert open_payments(session) == 0


def test_only_open_payments_are_checked_and_not_all_the_time(
    selling: Shop,
    session: Session,
    stripe_fake: StripeFake,
    clock: Callable[[timedelta], None],
) -> None:
    browser = selling.browser(REMOTE_ADDR=HERE)
    session_id = session_of(browser)
    for path in (session_id, session_id, session_id, "cs_test_unknown"):
        page = browser.get(f"/checkout/success?session_id={path}")
        assert page.status_code == 200
        assert "Not confirmed yet" in page.text
    assert len(stripe_fake.sent(f"{SESSIONS}/{session_id}")) == 1
    clock(timedelta(seconds=6))
    browser.get(f"/checkout/success?session_id={session_id}")
    assert len(stripe_fake.sent(f"{SESSIONS}/{session_id}")) == 2
    assert len(stripe_fake.requests) == 3
    session.query(OpenPayment).delete()
    session.commit()
    clock(timedelta(seconds=20))
    browser.get(f"/checkout/success?session_id={session_id}")
    assert len(stripe_fake.requests) == 3


def test_the_payments_of_two_returning_buyers_are_checked_at_once(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    buyers = [selling.browser(REMOTE_ADDR=HERE) for _ in range(2)]
    session_ids = [session_of(buyer) for buyer in buyers]
    for buyer, session_id in zip(buyers, session_ids, strict=True):
        pay(stripe_fake, session_id)
        assert buyer.get(f"/checkout/success?session_id={session_id}").status_code == 200
    assert sorted(orders(session)) == sorted(session_ids)


def test_a_returning_buyer_gets_a_page_although_stripe_is_down(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    browser = selling.browser(REMOTE_ADDR=HERE)
    session_id = session_of(browser)
    pay(stripe_fake, session_id)
    stripe_fake.fail(KEY, 400)
    assert "Not confirmed yet" in browser.get(f"/checkout/success?session_id={session_id}").text
    sweep(selling, 2 * MINUTE)
    assert orders(session) == [session_id]


@pytest.mark.sqlite
def test_a_sweep_makes_up_for_a_lost_webhook(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    session_id = session_of(selling.browser(REMOTE_ADDR=HERE))
    pay(stripe_fake, session_id)
    sweep(selling, timedelta(0))
    assert len(stripe_fake.requests) == 1
    sweep(selling, 2 * MINUTE)
    assert orders(session) == [session_id]
    assert open_payments(session) == 0
    # The webhook arrives in the end.
    (event,) = [e for e in stripe_fake.accounts[KEY].events.values() if "session" in e["type"]]
    assert event["data"]["object"]["payment_status"] == "paid"


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_bank_transfer_ends_without_any_webhook(
    selling: Shop, session: Session, stripe_fake: StripeFake, succeeds: bool
) -> None:
    session_id = session_of(selling.browser(REMOTE_ADDR=HERE))
    pay(stripe_fake, session_id, "how=later")
    for hours in range(1, 100, 7):
        sweep(selling, timedelta(hours=hours))
        assert (orders(session), open_payments(session)) == ([], 1)
        page = selling.browser().get(f"/checkout/success?session_id={session_id}").text
        assert "under way" in page
    at_stripe(stripe_fake, session_id, f"how={'succeeded' if succeeds else 'failed'}&webhooks=held")
    sweep(selling, timedelta(hours=106))
    assert (orders(session), open_payments(session)) == ([session_id] if succeeds else [], 0)


def test_an_expired_payment_ends_without_any_webhook(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    session_id = session_of(selling.browser(REMOTE_ADDR=HERE))
    at_stripe(stripe_fake, session_id, "how=expired&webhooks=held")
    sweep(selling, 2 * MINUTE)
    assert (orders(session), open_payments(session)) == ([], 0)


def test_a_session_that_needed_no_payment_ends_without_an_order(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    session_id = session_of(selling.browser(REMOTE_ADDR=HERE))
    completed = {"status": "complete", "payment_status": "no_payment_required"}
    stripe_fake.accounts[KEY].sessions[session_id].update(completed)
    sweep(selling, 2 * MINUTE)
    assert (orders(session), open_payments(session)) == ([], 0)


def test_a_payment_that_stripe_does_not_have_ends(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    del stripe_fake.accounts[KEY].sessions[session_of(selling.browser(REMOTE_ADDR=HERE))]
    sweep(selling, 2 * MINUTE)
    assert open_payments(session) == 0


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_a_failing_stripe_loses_nothing(
    selling: Shop, session: Session, stripe_fake: StripeFake, status: int
) -> None:
    session_id = session_of(selling.browser(REMOTE_ADDR=HERE))
    pay(stripe_fake, session_id)
    # The SDK repeats a request after an error of the server, but not after another one.
    stripe_fake.fail(KEY, status, times=2 if status == 500 else 1)
    sweep(selling, 2 * MINUTE)
    assert (orders(session), open_payments(session)) == ([], 1)
    sweep(selling, 5 * MINUTE)
    assert (orders(session), open_payments(session)) == ([session_id], 0)


def test_a_sweep_ends_at_the_first_request_that_fails(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    session_ids = [session_of(selling.browser(REMOTE_ADDR=HERE)) for _ in range(2)]
    for session_id in session_ids:
        pay(stripe_fake, session_id)
    stripe_fake.fail(KEY, 401, times=1)
    sweep(selling, 2 * MINUTE)
    assert orders(session) == []
    sweep(selling, 5 * MINUTE)
    assert set(orders(session)) == set(session_ids)


def test_an_unknown_state_is_logged_and_ends_some_day(
    selling: Shop, session: Session, stripe_fake: StripeFake, caplog: pytest.LogCaptureFixture
) -> None:
    session_id = session_of(selling.browser(REMOTE_ADDR=HERE))
    at_stripe(stripe_fake, session_id, "status=mystery")
    sweep(selling, 2 * MINUTE)
    assert "'mystery' is not a status" in caplog.text
    assert open_payments(session) == 1
    sweep(selling, timedelta(days=30) + MINUTE)
    assert "a payment for oak-tray has had no end for 30 days" in caplog.text
    assert session_id not in caplog.text
    assert open_payments(session) == 0


@pytest.mark.sqlite
def test_a_payment_that_was_never_started_is_swept(selling: Shop, session: Session) -> None:
    product = session.query(Product).one()
    payments.reserve(session, product, "visitor", HERE, now())
    sweep(selling, timedelta(seconds=30))
    assert open_payments(session) == 1
    sweep(selling, MINUTE)
    assert open_payments(session) == 0


def test_five_replicas_check_each_payment_once(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    for _ in range(4):
        buy(selling.browser(REMOTE_ADDR=HERE))
    opened = len(stripe_fake.requests)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: sweep(selling, 2 * MINUTE), range(5)))
    checked = [path for _, path, _ in stripe_fake.requests[opened:]]
    assert len(checked) == len(set(checked))
    assert open_payments(session) == 4


def test_the_time_between_two_checks_grows(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    session_of(selling.browser(REMOTE_ADDR=HERE))
    for minute in range(0, 60 * 24, 2):
        sweep(selling, minute * MINUTE)
    # At 2, 4, 8, … 256 minutes and then every six hours.
    assert 10 <= len(stripe_fake.requests) - 1 <= 13


def test_a_serving_process_sweeps_again_and_again(
    selling: Shop,
    environ: dict[str, str],
    stripe_settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    called = threading.Semaphore(0)
    sweeps = iter(range(2))

    def fail(*_: object) -> None:
        called.release()
        if next(sweeps, None) is None:
            # The end of the test: the thread does nothing more.
            threading.Event().wait()
        raise ZeroDivisionError

    monkeypatch.setattr(payments, "sweep", fail)
    shop = Shop({**environ, **stripe_settings}, SWEEP_SECONDS=0.01)
    assert shop.browser().get("/").status_code == 200
    assert not called.acquire(blocking=False)
    (sweeper,) = shop.service.sweepers
    sweeper.start()
    for _ in range(3):
        assert called.acquire(timeout=60)
    assert caplog.text.count("a sweep failed") == 2
    shop.database.close()


def test_a_shop_without_keys_does_not_sweep(environ: dict[str, str]) -> None:
    shop = Shop(environ)
    assert shop.service.sweepers == ()
    shop.database.close()
