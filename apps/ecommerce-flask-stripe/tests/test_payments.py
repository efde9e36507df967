"""Payments that are started and not finished: their number is limited, and each of them ends."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from shop import payments
from shop.checkout import CHECKOUT
from shop.models import OpenPayment, Order, Product, now
from shop.stock import add_product, change_product
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.harness import DRAFT, Browser, Shop

HERE, THERE = "93.184.216.34", "93.184.216.35"
SHARED = "172.18.0.1"
SESSIONS = "/v1/checkout/sessions"
MINUTE = timedelta(minutes=1)


def buy(browser: Browser, product: str = "oak-tray") -> int:
    return browser.submit(
        f"/products/{product}/checkout", {}, page=f"/products/{product}"
    ).status_code


def page_of(browser: Browser) -> str:
    response = browser.submit("/products/oak-tray/checkout", {}, page="/products/oak-tray")
    assert response.status_code == 303
    return response.headers["Location"]


def session_of(browser: Browser) -> str:
    return page_of(browser).rpartition("/")[2]


def open_payments(session: Session) -> int:
    session.rollback()
    return session.query(OpenPayment).count()


def orders(session: Session) -> list[str]:
    session.rollback()
    return [order.session_id for order in session.query(Order)]


def sweep(shop: Shop, after: timedelta) -> None:
    with Session(shop.database.engine) as session:
        payments.sweep(session, shop.flask.config[CHECKOUT], now() + after)


def at_stripe(fake: StripeFake, session_id: str, form: str) -> None:
    assert fake.handle("POST", f"/test/{KEY}/sessions/{session_id}", {}, form).status == 200


def pay(fake: StripeFake, session_id: str, form: str = "how=now") -> None:
    assert fake.handle("POST", f"/c/pay/{session_id}", {}, form).status == 303


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock of the pages."""

    def move(by: timedelta) -> None:
        def moved() -> datetime:
            return now() + by

        monkeypatch.setattr("shop.views.payment.now", moved)

    return move


@pytest.mark.sqlite
def test_a_visitor_has_three_open_payments(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    for name in ("Ash tray", "Elm tray", "Fir tray"):
        add_product(session, replace(DRAFT, name=name))
    browser = selling.browser(REMOTE_ADDR=HERE)
    products = ["oak-tray", "ash-tray", "elm-tray", "fir-tray"]
    assert [buy(browser, product) for product in products] == [303, 303, 303, 429]
    refused = browser.submit("/products/fir-tray/checkout", {}, page="/products/fir-tray")
    assert 30 * 60 < int(refused.headers["Retry-After"]) <= 31 * 60
    assert "Lowfield" in refused.text
    assert len(stripe_fake.requests) == open_payments(session) == 3
    assert buy(selling.browser(REMOTE_ADDR=HERE), "fir-tray") == 303


@pytest.mark.sqlite
def test_a_network_has_ten_open_payments(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    statuses = [buy(selling.browser(REMOTE_ADDR=HERE)) for _ in range(40)]
    assert statuses == [303] * 10 + [429] * 30
    assert len(stripe_fake.requests) == open_payments(session) == 10
    assert buy(selling.browser(REMOTE_ADDR=THERE)) == 303


def test_an_ipv6_network_counts_as_one(selling: Shop) -> None:
    addresses = [f"2a00:1450:4001:80b::{host:x}" for host in range(11)]
    statuses = [buy(selling.browser(REMOTE_ADDR=address)) for address in addresses]
    assert statuses == [303] * 10 + [429]


@pytest.mark.parametrize(("address", "maximum"), [(HERE, 10), (SHARED, 30)])
def test_concurrent_requests_do_not_exceed_the_limit(
    selling: Shop, session: Session, stripe_fake: StripeFake, address: str, maximum: int
) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: buy(selling.browser(REMOTE_ADDR=address)), range(40)))
    assert set(statuses) <= {303, 429, 503}
    assert 1 <= statuses.count(303) <= maximum
    assert len(stripe_fake.requests) == open_payments(session) == statuses.count(303)


def test_a_shared_address_is_blocked_for_a_minute_only(
    selling: Shop, clock: Callable[[timedelta], None]
) -> None:
    statuses = [buy(selling.browser(REMOTE_ADDR=SHARED)) for _ in range(31)]
    assert statuses == [303] * 30 + [429]
    refused = selling.browser(REMOTE_ADDR=SHARED).submit(
        "/products/oak-tray/checkout", {}, page="/products/oak-tray"
    )
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    clock(MINUTE)
    assert buy(selling.browser(REMOTE_ADDR=SHARED)) == 303


def test_the_limits_end_with_the_reservations(
    selling: Shop, clock: Callable[[timedelta], None]
) -> None:
    for _ in range(10):
        buy(selling.browser(REMOTE_ADDR=HERE))
    clock(29 * MINUTE)
    assert buy(selling.browser(REMOTE_ADDR=HERE)) == 429
    clock(31 * MINUTE)
    assert buy(selling.browser(REMOTE_ADDR=HERE)) == 303


def test_payments_of_a_clock_that_was_ahead_do_not_count(selling: Shop, session: Session) -> None:
    product = session.query(Product).one()
    for _ in range(10):
        payments.reserve(session, product, "visitor", THERE, now() + timedelta(days=1))
        session.query(OpenPayment).update({"visitor": ""})
        session.commit()
    assert buy(selling.browser(REMOTE_ADDR=THERE)) == 303


def test_the_button_leads_back_to_an_open_payment(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    browser = selling.browser(REMOTE_ADDR=HERE)
    assert page_of(browser) == page_of(browser)
    assert page_of(selling.browser(REMOTE_ADDR=HERE)) != page_of(browser)
    assert len(stripe_fake.requests) == 2
    price = "line_items[0][price_data]"
    for amount, currency in ((3500, "eur"), (3500, "chf")):
        product, before = session.query(Product).one(), page_of(browser)
        draft = replace(DRAFT, price=amount, currency=currency)
        assert change_product(session, product, draft, product.version)
        assert page_of(browser) != before
        sent = stripe_fake.requests[-1][2]
        assert sent[f"{price}[unit_amount]"] == str(amount)
        assert sent[f"{price}[currency]"] == currency


@pytest.mark.parametrize(("age", "same"), [(25, True), (27, False), (31, False), (-1, False)])
def test_an_overdue_payment_is_not_offered_again(
    selling: Shop, clock: Callable[[timedelta], None], age: int, same: bool
) -> None:
    browser = selling.browser(REMOTE_ADDR=HERE)
    before = page_of(browser)
    clock(age * MINUTE)
    assert (page_of(browser) == before) == same


def test_a_payment_that_was_used_is_not_offered_again(
    connected: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    browser = connected.browser(REMOTE_ADDR=HERE)
    first = session_of(browser)
    pay(stripe_fake, first, "how=later")
    second = session_of(browser)
    assert second != first
    pay(stripe_fake, second)
    assert session_of(browser) not in (first, second)
    assert orders(session) == [second]


@pytest.mark.parametrize("end", ["paid", "expired", "failed"])
def test_the_end_of_a_payment_makes_room_for_another(
    connected: Shop, session: Session, stripe_fake: StripeFake, end: str
) -> None:
    first = session_of(connected.browser(REMOTE_ADDR=HERE))
    for _ in range(9):
        buy(connected.browser(REMOTE_ADDR=HERE))
    assert buy(connected.browser(REMOTE_ADDR=HERE)) == 429
    if end == "paid":
        pay(stripe_fake, first)
    elif end == "failed":
        pay(stripe_fake, first, "how=later")
        at_stripe(stripe_fake, first, "how=failed")
    else:
        at_stripe(stripe_fake, first, "how=expired")
    assert open_payments(session) == 9
    page = connected.browser().get(f"/checkout/success?session_id={first}").text
    # No payment is under way for ever.
    assert ("Thank you" if end == "paid" else "not confirmed") in page
    assert "under way" not in page
    assert buy(connected.browser(REMOTE_ADDR=HERE)) == 303
    assert orders(session) == ([first] if end == "paid" else [])


def test_a_payment_that_stripe_did_not_start_counts_for_nothing(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    stripe_fake.fail(KEY, 400, times=15)
    assert [buy(selling.browser(REMOTE_ADDR=HERE)) for _ in range(15)] == [503] * 15
    assert open_payments(session) == 0
    assert buy(selling.browser(REMOTE_ADDR=HERE)) == 303


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


def test_a_thread_sweeps_again_and_again_after_the_first_request(
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
    shop = Shop({**environ, **stripe_settings}, sweep_seconds=0.01)
    assert not called.acquire(blocking=False)
    assert shop.browser().get("/").status_code == 200
    for _ in range(3):
        assert called.acquire(timeout=60)
    assert shop.browser().get("/").status_code == 200
    assert not called.acquire(blocking=False)
    assert caplog.text.count("a sweep failed") == 2
    shop.database.close()


def test_a_shop_without_keys_does_not_sweep(environ: dict[str, str]) -> None:
    before = sweepers()
    shop = Shop(environ, sweep_seconds=60)
    assert shop.browser().get("/").status_code == 200
    assert sweepers() == before
    shop.database.close()


def sweepers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "sweeper"}
