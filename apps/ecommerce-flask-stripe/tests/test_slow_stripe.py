"""A slow or silent Stripe costs the buyer at hand only. The fake is a real HTTP server."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from itertools import islice

import pytest

from appkit import bulkhead
from appkit.bulkhead import Bulkhead, Unavailable
from shop import checkout
from stripe_fake.server import SILENT, StripeFake, Trouble
from stripe_fake.testing import KEY
from tests.harness import Shop

PAGE = "/products/oak-tray"
BUY = "/products/oak-tray/checkout"
FOR_EVER = 600
THREADS = 4


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call ends only when the server ends it, or by the deadline. Nothing waits for a place."""
    monkeypatch.setattr(bulkhead, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(checkout, "_TIMEOUT_SECONDS", FOR_EVER)
    monkeypatch.setattr(checkout, "_MAX_RETRIES", 0)


def click(shop: Shop) -> int:
    """A new visitor clicks the button."""
    return shop.browser(REMOTE_ADDR="93.184.216.34").submit(BUY, {}, page=PAGE).status_code


def test_a_silent_stripe_takes_half_of_the_threads(
    selling: Shop,
    open_shop: Callable[..., Shop],
    stripe_settings: dict[str, str],
    stripe_fake: StripeFake,
    monkeypatch: pytest.MonkeyPatch,
    patient: None,
) -> None:
    monkeypatch.setattr(checkout, "_DEADLINE_SECONDS", FOR_EVER)
    monkeypatch.setattr(bulkhead, "PATIENCE_SECONDS", 0.5)
    shop = open_shop(**stripe_settings, THREADS=str(THREADS))
    stripe_fake.trouble(KEY, Trouble(delay=SILENT), times=12)
    with ThreadPoolExecutor(THREADS) as server:
        clicks = [server.submit(click, shop) for _ in range(12)]
        others = [server.submit(shop.browser().get, "/") for _ in range(8)]
        try:
            pages = [future.result(timeout=60).status_code for future in others]
            refused = [future.result() for future in islice(as_completed(clicks, 60), 10)]
            waiting = [future for future in clicks if not future.done()]
        finally:
            # Stripe responds again, so that the test ends.
            stripe_fake.closing.set()
    assert pages == [200] * 8
    assert refused == [503] * 10
    assert len(waiting) == THREADS // 2
    assert len(stripe_fake.requests) == THREADS // 2


@pytest.mark.parametrize("trouble", [Trouble(delay=SILENT), Trouble(pace=1.0)])
def test_a_call_ends_at_its_deadline_even_if_bytes_arrive(
    selling: Shop,
    open_shop: Callable[..., Shop],
    stripe_settings: dict[str, str],
    stripe_fake: StripeFake,
    monkeypatch: pytest.MonkeyPatch,
    patient: None,
    caplog: pytest.LogCaptureFixture,
    trouble: Trouble,
) -> None:
    monkeypatch.setattr(checkout, "_DEADLINE_SECONDS", 0.2)
    shop = open_shop(**stripe_settings, THREADS="2")
    stripe_fake.trouble(KEY, trouble)
    response = shop.browser().submit(BUY, {}, page=PAGE)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "no response within" in caplog.text
    # The call keeps its place as long as it lasts, so it cannot pile up.
    assert [click(shop) for _ in range(5)] == [503] * 5
    assert caplog.text.count("too many calls") == 5
    assert len(stripe_fake.requests) <= 1


@pytest.mark.parametrize(("patience", "statuses"), [(FOR_EVER, [303, 303]), (0, [303, 503])])
def test_a_burst_waits_for_a_fast_stripe_only(
    selling: Shop,
    open_shop: Callable[..., Shop],
    stripe_settings: dict[str, str],
    stripe_fake: StripeFake,
    monkeypatch: pytest.MonkeyPatch,
    patient: None,
    patience: float,
    statuses: list[int],
) -> None:
    monkeypatch.setattr(bulkhead, "PATIENCE_SECONDS", patience)
    monkeypatch.setattr(checkout, "_DEADLINE_SECONDS", FOR_EVER)
    shop = open_shop(**stripe_settings, THREADS="2")
    stripe_fake.trouble(KEY, Trouble(delay=SILENT))
    with ThreadPoolExecutor(2) as server:
        first = server.submit(click, shop)
        while not stripe_fake.requests:
            time.sleep(0.01)
        second = server.submit(click, shop)
        # It waits, or it is refused at once.
        wait([second], timeout=60 if patience == 0 else 2)
        stripe_fake.closing.set()
    assert [first.result(), second.result()] == statuses


def test_the_shop_sells_again_when_stripe_recovers(
    selling: Shop,
    open_shop: Callable[..., Shop],
    stripe_settings: dict[str, str],
    stripe_fake: StripeFake,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkout, "_DEADLINE_SECONDS", 0.1)
    shop = open_shop(**stripe_settings, THREADS="2")
    stripe_fake.trouble(KEY, Trouble(delay=0.5))
    assert click(shop) == 503
    monkeypatch.setattr(shop.flask.config[checkout.CHECKOUT].calls, "_seconds", 60)
    for _ in range(200):
        if (status := click(shop)) == 303:
            break
        time.sleep(0.05)
    assert status == 303


def test_a_returning_buyer_gets_a_page_although_stripe_is_silent(
    selling: Shop,
    open_shop: Callable[..., Shop],
    stripe_settings: dict[str, str],
    stripe_fake: StripeFake,
    monkeypatch: pytest.MonkeyPatch,
    patient: None,
) -> None:
    location = selling.browser().submit(BUY, {}, page=PAGE).headers["Location"]
    monkeypatch.setattr(checkout, "_DEADLINE_SECONDS", 0.2)
    shop = open_shop(**stripe_settings)
    stripe_fake.trouble(KEY, Trouble(delay=SILENT))
    page = shop.browser().get(f"/checkout/success?session_id={location.rpartition('/')[2]}")
    assert page.status_code == 200
    assert "Not confirmed yet" in page.text


@pytest.mark.parametrize(("threads", "places"), [("1", 1), ("2", 1), ("3", 1), ("4", 2), ("9", 4)])
def test_the_places_are_half_of_the_threads(
    open_shop: Callable[..., Shop], stripe_settings: dict[str, str], threads: str, places: int
) -> None:
    calls: Bulkhead = (
        open_shop(**stripe_settings, THREADS=threads).flask.config[checkout.CHECKOUT].calls
    )
    release = threading.Event()
    with ThreadPoolExecutor(places + 1) as pool:
        entered = threading.Barrier(places + 1)

        def hold() -> None:
            entered.wait(60)
            release.wait(60)

        held = [pool.submit(calls.call, hold) for _ in range(places)]
        entered.wait(60)
        with pytest.raises(Unavailable):
            calls.call(hold)
        release.set()
        assert [future.result() for future in held] == [None] * places


def test_the_whole_time_of_a_call_is_less_than_that_of_a_stopping_server() -> None:
    assert checkout._DEADLINE_SECONDS < 10
    assert checkout._TIMEOUT_SECONDS < checkout._DEADLINE_SECONDS
