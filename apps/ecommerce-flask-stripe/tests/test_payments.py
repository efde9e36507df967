"""Payments that are started and not finished: their number is limited, and each of them ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shop import payments
from shop.models import OpenPayment, Product, now
from shop.stock import add_product, change_product
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.harness import DRAFT, Shop
from tests.open_payments import (
    HERE,
    MINUTE,
    SHARED,
    THERE,
    at_stripe,
    buy,
    open_payments,
    orders,
    page_of,
    pay,
    session_of,
)


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


def test_a_visitor_waits_until_the_first_payment_ends(
    selling: Shop, session: Session, clock: Callable[[timedelta], None]
) -> None:
    browser = selling.browser(REMOTE_ADDR=HERE)
    for number, name in enumerate(("Ash tray", "Elm tray", "Fir tray", "Oak bowl")):
        add_product(session, replace(DRAFT, name=name))
        clock(number * 10 * MINUTE)
        path = "/products/" + name.lower().replace(" ", "-")
        response = browser.submit(f"{path}/checkout", {}, page=path)
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 60


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


def test_the_payment_of_one_buyer_leaves_the_page_of_another(
    connected: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    buyers = [connected.browser(REMOTE_ADDR=HERE) for _ in range(3)]
    pages = [session_of(buyer) for buyer in buyers]
    pay(stripe_fake, pages[0], "how=later")
    pay(stripe_fake, pages[1])
    assert session_of(buyers[2]) == pages[2]
    assert open_payments(session) == 2


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
