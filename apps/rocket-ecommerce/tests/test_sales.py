"""The sales report, its charts, and the permission to see it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from rocket import demo
from rocket.orders.models import Order, OrderState
from rocket.payments.models import Entry, Payment
from rocket.sales import charts
from rocket.sales.report import report
from tests.purchases import buy
from tests.responses import error_codes
from tests.stripe_events import deliver, event, refund, session
from tests.wsgi_client import PREFIX, WsgiClient

NOW = datetime(2026, 5, 20, 15, 0, tzinfo=UTC)


def create_entry(order: Order | None, amount: int, days_ago: int, currency: str = "EUR") -> None:
    number = Entry.objects.count()
    payment, _ = Payment.objects.get_or_create(intent=f"pi_{order}", defaults={"order": order})
    Entry.objects.create(
        payment=payment,
        kind="payment" if amount > 0 else "refund",
        reference=f"ref_{number}",
        amount=amount,
        currency=currency,
        happened_at=NOW - timedelta(days=days_ago),
    )


@pytest.mark.sqlite
def test_sums_of_a_period(sparrow: int) -> None:
    order = buy(("SP-RED", 2))
    Order.objects.update(state=OrderState.PAID, paid_at=NOW, placed_at=NOW)
    for amount, days_ago in ((1000, 0), (500, 0), (2000, 3), (-700, 1), (9000, 7)):
        create_entry(order, amount, days_ago)
    create_entry(order, 100, 0, "USD")
    create_entry(None, 100, 0)
    shown = report(currency="EUR", days=7, now=NOW)
    assert (shown.paid, shown.refunded, shown.net) == (3500, 700, 2800)
    assert (shown.payments, shown.average_payment) == (3, 1166)
    assert [day.net for day in shown.days] == [0, 0, 0, 2000, 0, -700, 1500]
    assert [day.payments for day in shown.days] == [0, 0, 0, 1, 0, 0, 2]
    assert shown.best_day.day == NOW.date() - timedelta(days=3)
    assert [(row.product, row.quantity, row.revenue) for row in shown.best_sellers] == [
        ("Sparrow", 2, 3900)
    ]
    assert shown.orders_by_state == [("Paid", 1)]
    assert report(currency="USD", days=7, now=NOW).net == 100


@pytest.mark.sqlite
@pytest.mark.parametrize("hour", [0, 23])
def test_days_are_in_utc(sparrow: int, hour: int) -> None:
    order = buy(("SP-RED", 1))
    create_entry(order, 100, 0)
    Entry.objects.update(happened_at=NOW.replace(hour=hour, minute=59))
    assert [day.net for day in report(currency="EUR", days=7, now=NOW).days][-1] == 100


def test_a_report_without_data_is_empty(db: None) -> None:
    shown = report(currency="EUR", days=7, now=NOW)
    assert shown.is_empty
    assert (shown.net, shown.average_payment, len(shown.days)) == (0, 0, 7)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=90))
def test_columns_stay_inside_the_chart(values: list[int]) -> None:
    chart = charts.column_chart(values)
    assert len(chart.bars) == len(values)
    for bar, value in zip(chart.bars, values, strict=True):
        assert -0.02 <= bar.y <= bar.y + bar.height <= charts.HEIGHT + 0.02
        assert 0 <= bar.x < bar.x + bar.width <= charts.WIDTH
        assert bar.below == (value < 0)
    assert 0 <= chart.baseline <= charts.HEIGHT


@given(st.lists(st.integers(0, 10**9), max_size=8))
def test_bars_stay_inside_the_chart(values: list[int]) -> None:
    lengths = charts.bar_lengths(values)
    assert all(0 <= length <= charts.WIDTH for length in lengths)
    assert not any(values) or max(lengths) == charts.WIDTH


@pytest.fixture
def demo_data(db: None) -> None:
    demo.load()


@pytest.mark.usefixtures("demo_data")
def test_the_page_shows_charts_and_tables(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(10):
        page = admin_client.get("/sales/?days=90").content.decode()
    shown = report(currency="EUR", days=90, now=timezone.now())
    assert len(re.findall("<rect ", page)) == 90 + len(shown.best_sellers)
    for text in (
        'id="days-title"',
        'id="best-title"',
        shown.best_sellers[0].product,
        'role="img"',
        OrderState.SHIPPED.label,
    ):
        assert text in page
    assert page.count('<th scope="row">') == 90 + len(shown.best_sellers) + len(
        shown.orders_by_state
    )
    assert 'value="90" selected' in page
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    assert "no-store" in admin_client.get("/sales/")["Cache-Control"]


def test_a_refunded_order_is_not_a_sale(
    sparrow: int, admin_client: Client, gateway: object
) -> None:
    order = buy(("SP-RED", 1))
    deliver(event("evt_1", "checkout.session.completed", session(order.key, 1950)))
    page = admin_client.get("/sales/").content.decode()
    assert "€19.50" in page
    deliver(event("evt_2", "refund.created", refund(order.key, 1950)))
    response = admin_client.get("/sales/")
    assert response.context["best_sellers"] == []
    assert f"{OrderState.REFUNDED.label}</th>" in response.content.decode()


def test_the_page_of_a_period_without_sales_has_no_chart(admin_client: Client) -> None:
    response = admin_client.get("/sales/")
    assert response.context["report"].is_empty
    assert 'id="days-title"' not in response.content.decode()


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("days=8", {"days": ["invalid_choice"]}),
        ("days=x", {"days": ["invalid_choice"]}),
        ("days=", {"days": ["required"]}),
        ("currency=XXX", {"currency": ["invalid_choice"]}),
        ("days=%00", {"days": ["invalid_choice"]}),
        ("currency=eur&days=7", {"currency": ["invalid_choice"]}),
    ],
)
def test_bad_queries_are_refused_with_an_error(
    admin_client: Client, query: str, codes: dict[str, list[str]]
) -> None:
    response = admin_client.get(f"/sales/?{query}")
    assert (response.status_code, error_codes(response)) == (400, codes)
    assert '-error"' in response.content.decode()


def test_the_page_needs_the_permission_to_view_the_ledger(db: None, client: Client) -> None:
    anonymous = WsgiClient(prefix=PREFIX).get("/sales/")
    assert anonymous.headers["Location"] == f"{PREFIX}/admin/login/?next={PREFIX}/sales/"
    clerk = User.objects.create_user("clerk", is_staff=True)
    client.force_login(clerk)
    refused = client.get("/sales/")
    assert (refused.status_code, refused.templates[0].name) == (403, "403.html")
    clerk.user_permissions.add(Permission.objects.get(codename="view_entry"))
    assert client.get("/sales/").status_code == 200
    assert client.post("/sales/").status_code == 405
