from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from pytest_django.fixtures import Settings

from workbench import demo
from workbench.diagrams.models import Diagram
from workbench.sales import demo as sales_demo
from workbench.sales.models import Channel, Product, Sale
from workbench.sales.period import Range
from workbench.sales.report import Report, report


def existing_report(chosen: Range = Range.MONTH) -> Report:
    found = report(chosen)
    assert found is not None
    return found


def test_without_a_sale_there_is_no_report(db: None, client: Client) -> None:
    response = client.get("/api/dashboard")
    assert response.json() == {"range": "13w", "currency": "EUR", "report": None}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.sqlite
def test_totals_of_this_and_the_previous_period(sell: Callable[..., Sale]) -> None:
    sell(0, units=2, amount=2500)
    sell(29, amount=500)
    sell(30, units=4, amount=700)
    sell(60, amount=9999)
    assert existing_report()["totals"] == {"revenue": 3000, "sales": 2, "units": 3}
    assert existing_report()["previous"] == {"revenue": 700, "sales": 1, "units": 4}


@pytest.mark.sqlite
def test_the_series_has_every_bucket_and_channel(sell: Callable[..., Sale]) -> None:
    sell(0, channel=Channel.STUDIO, amount=300)
    sell(0, channel=Channel.STUDIO, amount=200)
    sell(1, amount=100)
    series = existing_report()["series"]
    assert len(series) == 30
    assert series[-1] == {
        "start": "2026-03-31",
        "revenue": {"online": 0, "studio": 500, "partner": 0},
        "total": 500,
    }
    assert series[-2]["revenue"] == {"online": 100, "studio": 0, "partner": 0}
    assert series[0]["total"] == 0


def test_channels_are_listed_in_a_fixed_order_with_their_revenue(sell: Callable[..., Sale]) -> None:
    sell(0, channel=Channel.PARTNER, amount=300)
    sell(3, channel=Channel.ONLINE, amount=200)
    assert existing_report()["channels"] == [
        {"channel": "online", "label": "Online", "revenue": 200},
        {"channel": "studio", "label": "Studio", "revenue": 0},
        {"channel": "partner", "label": "Partners", "revenue": 300},
    ]


@pytest.mark.sqlite
def test_the_six_best_products_are_listed_and_ties_ordered_by_name(
    sell: Callable[..., Sale],
) -> None:
    for name, amount in {"G": 1, "F": 5, "E": 5, "D": 6, "C": 7, "B": 8, "A": 2}.items():
        sell(0, product=name, amount=amount)
    sell(1, product="A", units=3, amount=90)
    products = existing_report()["products"]
    assert [product["name"] for product in products] == ["A", "B", "C", "D", "E", "F"]
    assert products[0] == {"name": "A", "category": "Things", "units": 4, "revenue": 92}


def test_weekdays_are_averaged_over_the_days_of_the_period(sell: Callable[..., Sale]) -> None:
    # 31 March 2026 is a Tuesday; the period has five Mondays and five Tuesdays.
    sell(0, amount=1000)
    sell(7, amount=500)
    sell(2, amount=400)
    assert existing_report()["weekdays"] == [0, 300, 0, 0, 0, 0, 100]


@pytest.mark.parametrize("chosen", ["30d", "13w", "12m"])
def test_a_range_can_be_chosen(client: Client, sell: Callable[..., Sale], chosen: str) -> None:
    sell(0)
    response = client.get("/api/dashboard", {"range": chosen}).json()
    assert response["range"] == chosen
    assert response["report"]["last"] == "2026-03-31"


@pytest.mark.parametrize("chosen", ["", "7d", "30D", "30d ", "\x00"])
def test_an_unknown_range_is_rejected(client: Client, chosen: str) -> None:
    response = client.get("/api/dashboard", {"range": chosen})
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert (error["path"], error["code"]) == ("range", "unknown_choice")
    assert "30d, 13w, 12m" in error["message"]


@pytest.mark.sqlite
@pytest.mark.parametrize("wrong", [{"units": 0}, {"channel": "post"}])
def test_the_database_rejects_invalid_sales(
    sell: Callable[..., Sale], wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        sell(0, **wrong)


def test_sales_and_products_have_a_string_representation(sell: Callable[..., Sale]) -> None:
    sale = sell(0, units=3)
    assert str(sale) == f"3 of {sale.product_id} on 2026-03-31"
    assert str(sale.product) == "Lamp"


def test_demo_sales_are_the_same_for_the_same_day(db: None) -> None:
    def rows() -> list[Any]:
        return list(Sale.objects.order_by("pk").values_list("product__name", "sold_on", "amount"))

    sales_demo.load(date(2026, 3, 31))
    first = rows()
    Sale.objects.all().delete()
    Product.objects.all().delete()
    sales_demo.load(date(2026, 3, 31))
    assert rows() == first
    assert first[-1][1] == date(2026, 3, 31)
    assert not Sale.objects.filter(channel=Channel.STUDIO, sold_on__iso_week_day=7).exists()
    # The demo data covers two years, so that a year has a previous one to compare with.
    assert existing_report(Range.YEAR)["previous"]["revenue"] > 0


@pytest.mark.sqlite
def test_demo_data_is_loaded_only_into_empty_tables(db: None, settings: Settings) -> None:
    assert settings.DEMO_DATA == "workbench.demo.load"
    demo.load()
    sales, diagrams = Sale.objects.count(), Diagram.objects.count()
    assert sales > 1000
    assert diagrams == 2
    Diagram.objects.filter(name="A return").delete()
    demo.load()
    assert (Sale.objects.count(), Diagram.objects.count()) == (sales, 1)


def test_migrations_are_up_to_date(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


class TestKeptReport:
    """The report is kept between requests, and shows every change at once, whoever makes it."""

    @pytest.mark.sqlite
    def test_an_unchanged_report_takes_one_query(
        self,
        client: Client,
        sell: Callable[..., Sale],
        django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
    ) -> None:
        sell(0)
        first = client.get("/api/dashboard")
        with django_assert_num_queries(1):
            again = client.get("/api/dashboard")
        assert again.content == first.content
        assert again["Cache-Control"] == "no-store"
        assert client.get("/api/dashboard?range=12m").json()["range"] == "12m"

    @pytest.mark.sqlite
    @pytest.mark.parametrize(
        "write",
        [
            lambda: Sale.objects.update(amount=7),
            lambda: Sale.objects.all().delete(),
            lambda: Product.objects.update(name="Renamed"),
            lambda: sales_demo.load(date(2026, 3, 31)),
        ],
    )
    def test_a_change_is_shown_at_once(
        self, client: Client, sell: Callable[..., Sale], write: Callable[[], object]
    ) -> None:
        sell(0)
        for chosen in Range:
            client.get(f"/api/dashboard?range={chosen}")
        write()
        for chosen in Range:
            shown = client.get(f"/api/dashboard?range={chosen}").json()["report"]
            assert shown == report(chosen)
