"""The steps of a payment that is started, and the state after them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from shop import payments
from shop.checkout import CHECKOUT
from shop.models import OpenPayment, Order, now
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.harness import Browser, Shop

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
