"""Regular tasks: they run by the clock, and delete what nobody uses any more."""

import threading
from datetime import timedelta
from queue import Queue
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from appkit.sweeper import Sweeper
from rocket import sweeper, wsgi
from rocket.cart import rules as carts
from rocket.cart.models import Cart
from rocket.orders.models import Order
from tests.purchases import buy, fill_cart

DAY = timedelta(days=1)


def test_a_task_is_repeated_although_it_fails() -> None:
    errors = iter([RuntimeError(), OperationalError(), None])
    done = threading.Event()

    def task() -> None:
        error = next(errors, None)
        if error:
            raise error
        done.set()

    Sweeper(task, interval=0.01).start()
    assert done.wait(30)


def test_a_task_does_not_keep_the_process_alive() -> None:
    threads: Queue[threading.Thread] = Queue()
    Sweeper(lambda: threads.put(threading.current_thread()), interval=3600).start()
    assert threads.get(timeout=30).daemon


def test_the_server_starts_the_tasks() -> None:
    assert wsgi.application.sweepers == sweeper.SWEEPERS


def test_payments_are_swept_only_with_stripe_keys(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[object] = []
    monkeypatch.setattr(sweeper, "sweep", lambda gateway, _now: swept.append(gateway))
    for gateway in (None, "a gateway"):
        settings.GATEWAY = gateway
        sweeper.sweep_payments()
    assert swept == ["a gateway"]


@pytest.mark.sqlite
def test_expired_sessions_and_abandoned_carts_are_deleted(sparrow: int, client: Client) -> None:
    client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    old = Session.objects.get()
    Client().post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    Session.objects.filter(pk=old.pk).update(expire_date=timezone.now() - DAY)
    Cart.objects.filter(key=old.get_decoded()["cart"]).update(used_at=timezone.now() - 16 * DAY)
    sweeper.clean_up()
    assert [session.pk != old.pk for session in Session.objects.all()] == [True]
    assert Cart.objects.count() == 1


def test_a_cart_is_kept_while_it_is_used(sparrow: int) -> None:
    key = fill_cart(("SP-RED", 1))
    now = timezone.now()

    def is_kept(**times: Any) -> bool:
        Cart.objects.filter(key=key).update(**times)
        return carts.delete_abandoned(now) == 0

    assert is_kept(used_at=now - 14 * DAY, created_at=now - 90 * DAY)
    # Carts of the first release have only the time of their creation.
    assert is_kept(used_at=None, created_at=now - 14 * DAY)
    Cart.objects.filter(key=key).update(used_at=now - 90 * DAY)
    carts.add(key, "SP-RED", 1, currency="EUR", now=now)
    assert is_kept()
    Cart.objects.filter(key=key).update(used_at=now - 90 * DAY)
    carts.set_quantity(key, "SP-RED", 3, currency="EUR", now=now)
    assert is_kept()
    assert not is_kept(used_at=None, created_at=now - 15 * DAY)


def test_an_order_outlives_its_cart(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    Cart.objects.update(used_at=timezone.now() - 16 * DAY)
    assert carts.delete_abandoned(timezone.now()) == 1
    assert Order.objects.get(pk=order.pk).cart is None
