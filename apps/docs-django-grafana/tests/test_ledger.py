"""The database constraints, the totals and the chart, the demo data and the commands."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from ledger import demo
from ledger.models import Kind, Transaction
from ledger.summary import DAYS, HEIGHT, Chart, Totals, chart, totals
from ledger.templatetags.money import money

from .conftest import Book

pytestmark = pytest.mark.django_db


def chart_of_all() -> Chart | None:
    everything = Transaction.objects.all()
    return chart(everything, totals(everything).newest)


class TestTransaction:
    @pytest.mark.sqlite
    @pytest.mark.parametrize(
        "changes",
        [
            {"amount": Decimal(0)},
            {"amount": Decimal(-1)},
            {"amount": Decimal(2_000_000)},
            {"type": "gift"},
            {"time": datetime(1969, 12, 31, tzinfo=UTC)},
        ],
    )
    def test_the_database_refuses_invalid_values(
        self, book: Book, changes: dict[str, object]
    ) -> None:
        with pytest.raises(IntegrityError):
            book(**changes)

    @pytest.mark.parametrize(
        ("kind", "signed"),
        [("deposit", 10), ("sale", 10), ("refund", -10), ("fee", -10), ("withdrawal", -10)],
    )
    def test_the_type_gives_the_direction(self, book: Book, kind: str, signed: int) -> None:
        assert book(type=kind).signed == signed

    def test_its_text(self, book: Book) -> None:
        assert str(book()) == "Sale of 10.00 € by kiosk"


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "€0.00"), ("1234.5", "€1,234.50"), ("-1000000", "−€1,000,000.00")],
)
def test_money(value: str, text: str) -> None:
    assert money(Decimal(value)) == text


class TestSummary:
    def test_without_transactions(self) -> None:
        found = totals(Transaction.objects.all())
        assert found == Totals(0, Decimal(0), Decimal(0), None)
        assert found.balance == 0
        assert chart_of_all() is None

    @pytest.mark.sqlite
    def test_totals_of_both_directions(self, book: Book) -> None:
        book(amount=Decimal("10.10"))
        book(type=Kind.DEPOSIT, amount=Decimal("0.20"))
        book(type=Kind.WITHDRAWAL, amount=Decimal("50.00"))
        found = totals(Transaction.objects.all())
        assert (found.incoming, found.outgoing) == (Decimal("10.30"), Decimal("50.00"))
        assert found.balance == Decimal("-39.70")

    @pytest.mark.sqlite
    def test_the_chart_fills_its_height(self, book: Book) -> None:
        noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
        book(amount=Decimal(30), time=noon)
        book(type=Kind.FEE, amount=Decimal(10), time=noon - timedelta(days=1))
        book(amount=Decimal(999), time=noon - timedelta(days=DAYS))
        found = chart_of_all()
        assert found is not None
        assert (found.first, found.last) == (date(2026, 1, 31), date(2026, 3, 1))
        *empty, fee, sale = found.bars
        assert found.axis == HEIGHT * 3 // 4
        assert (sale.up, sale.down) == (found.axis, 0)
        assert (fee.up, fee.down) == (0, HEIGHT // 4)
        assert {(bar.up, bar.down) for bar in empty} == {(0, 0)}
        assert [bar.x for bar in found.bars] == list(range(0, 10 * DAYS, 10))
        assert found.incoming == f"M290 {found.axis}h7v-{found.axis}h-7z"
        assert found.outgoing == f"M280 {found.axis}h7v{HEIGHT // 4}h-7z"


class TestDemo:
    @pytest.mark.sqlite
    def test_demo_data_is_loaded_once(self) -> None:
        assert demo.load() == demo.COUNT == Transaction.objects.count()
        assert demo.load() == 0
        assert Transaction.objects.count() == demo.COUNT

    def test_demo_data_is_valid(self) -> None:
        demo.load()
        for entry in Transaction.objects.all():
            entry.full_clean()
        assert {*Transaction.objects.values_list("type", flat=True)} == {*Kind.values}
        oldest = timezone.now() - timedelta(days=demo.DAYS + 1)
        assert not Transaction.objects.filter(time__lt=oldest).exists()

    def test_demo_accounts_have_no_password(self) -> None:
        demo.load()
        assert not any(user.has_usable_password() for user in User.objects.all())

    def test_the_same_key_gives_the_same_transactions(self) -> None:
        for key in (5, 5, 6):
            demo.seed(20, key)
        amounts = list(Transaction.objects.order_by("pk").values_list("amount", flat=True))
        assert amounts[:20] == amounts[20:40] != amounts[40:]


class TestSeedTransactions:
    def test_it_adds_the_given_number(self) -> None:
        out = StringIO()
        call_command("seed_transactions", "--count", "7", "--key", "3", stdout=out)
        assert out.getvalue().split()[0] == "7"
        assert Transaction.objects.count() == 7

    @pytest.mark.parametrize("count", ["0", "-1", "1000001", "many"])
    def test_an_invalid_count_is_refused(self, count: str) -> None:
        with pytest.raises(CommandError):
            call_command("seed_transactions", f"--count={count}")
        assert not Transaction.objects.exists()
