"""The command `import-sales`."""

from contextlib import suppress
from datetime import date
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from workbench.sales import rows
from workbench.sales.models import Channel, Product, Sale

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HEADER = "id,date,product,category,channel,units,amount\n"
LAMP = "A-1,2026-03-31,Lamp,Lighting,online,2,258.00\n"
TRAY = 'A-2,2026-03-30,"Tray, large",Desk,studio,1,46\n'
TODAY = date(2026, 4, 1)


def run(path: Path, text: str | bytes) -> str:
    file, out = path / "sales.csv", StringIO()
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    call_command("import_sales", str(file), stdout=out)
    return out.getvalue().strip()


def test_the_dashboard_shows_imported_sales(client: Client, tmp_path: Path) -> None:
    assert client.get("/api/dashboard").json()["report"] is None
    assert run(tmp_path, HEADER + LAMP + TRAY) == "created 2, updated 0"
    report = client.get("/api/dashboard").json()["report"]
    assert report["totals"] == {"revenue": 30400, "sales": 2, "units": 3}
    assert (report["last"], report["products"][0]["name"]) == ("2026-03-31", "Lamp")


def test_importing_a_file_again_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path, HEADER + LAMP + TRAY)
    before = list(Sale.objects.values())
    assert run(tmp_path, HEADER + LAMP + TRAY) == "created 0, updated 2"
    assert list(Sale.objects.values()) == before
    assert Product.objects.count() == 2


def test_a_corrected_row_replaces_the_earlier_one(tmp_path: Path) -> None:
    run(tmp_path, HEADER + LAMP)
    changed = "A-1,2026-03-30,Lamp,Light,partner,3,1.50\n"
    assert run(tmp_path, HEADER + changed + TRAY) == "created 1, updated 1"
    sale = Sale.objects.get(external_id="A-1")
    assert (sale.channel, sale.units, sale.amount) == (Channel.PARTNER, 3, 150)
    assert (sale.sold_on, sale.product.category) == (date(2026, 3, 30), "Light")


def test_columns_may_have_any_order_and_a_byte_order_mark(tmp_path: Path) -> None:
    text = "amount,units,channel,category,product,date,id\r\n1.00,1,online,C,P,2026-01-01,x\r\n"
    assert run(tmp_path, b"\xef\xbb\xbf" + text.encode()) == "created 1, updated 0"


def test_the_standard_input_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO((HEADER + LAMP).encode())))
    call_command("import_sales", "-", stdout=StringIO())
    assert Sale.objects.get().amount == 25800


@pytest.mark.parametrize("day", ["1970-01-01", "2026-04-01"])
def test_the_first_and_the_current_day_can_be_imported(day: str) -> None:
    lines = (HEADER + LAMP.replace("2026-03-31", day)).splitlines(keepends=True)
    assert [row.sold_on for row in rows.parse(lines, TODAY)] == [date.fromisoformat(day)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",2026-03-31,Lamp,Lighting,online,2,1", "id"),
        ("x" * 65 + ",2026-03-31,Lamp,Lighting,online,2,1", "id"),
        ("a\0b,2026-03-31,Lamp,Lighting,online,2,1", "id"),
        ("B,31.03.2026,Lamp,Lighting,online,2,1", "date"),
        ("B,2026-02-30,Lamp,Lighting,online,2,1", "date"),
        ("B,2026-04-02,Lamp,Lighting,online,2,1", "date"),
        ("B,1969-12-31,Lamp,Lighting,online,2,1", "date"),
        ("B,２０２６-03-31,Lamp,Lighting,online,2,1", "date"),  # noqa: RUF001
        ("B,2026-03-31,,Lighting,online,2,1", "product"),
        ("B,2026-03-31," + "x" * 81 + ",Lighting,online,2,1", "product"),
        ('B,2026-03-31,"La\nmp",Lighting,online,2,1', "product"),
        ("B,2026-03-31,Lamp,,online,2,1", "category"),
        ("B,2026-03-31,Lamp,Desk,online,2,1", "category"),
        ("B,2026-03-31,Lamp,Lighting,shop,2,1", "channel"),
        ("B,2026-03-31,Lamp,Lighting,online,0,1", "units"),
        ("B,2026-03-31,Lamp,Lighting,online,32768,1", "units"),
        ("B,2026-03-31,Lamp,Lighting,online,1.5,1", "units"),
        ("B,2026-03-31,Lamp,Lighting,online," + "9" * 5000 + ",1", "units"),
        ("B,2026-03-31,Lamp,Lighting,online,2,-1", "amount"),
        ("B,2026-03-31,Lamp,Lighting,online,2,1.234", "amount"),
        ("B,2026-03-31,Lamp,Lighting,online,2,21474836.48", "amount"),
        ("B,2026-03-31,Lamp,Lighting,online,2,NaN", "amount"),
        ("A-1,2026-03-31,Lamp,Lighting,online,2,1", "id"),
        ("B,2026-03-31,Lamp,Lighting,online,2", "it does not have 7 values"),
        ("B,2026-03-31,Lamp,Lighting,online,2,1,1", "it does not have 7 values"),
    ],
)
def test_a_mistake_is_reported_with_its_line(row: str, column: str) -> None:
    with pytest.raises(rows.InvalidFile) as caught:
        rows.parse((HEADER + LAMP + row + "\n" + TRAY).splitlines(keepends=True), TODAY)
    (problem,) = caught.value.problems
    assert problem.line == 3 + ("\n" in row)
    assert problem.message.startswith(column)


@pytest.mark.parametrize("text", ["", "id,date\n", HEADER.replace("id", "key"), "\n"])
def test_the_columns_are_checked(text: str) -> None:
    with pytest.raises(rows.InvalidFile) as caught:
        rows.parse(text.splitlines(keepends=True), TODAY)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        HEADER + LAMP + "A-2,never,Lamp,Lighting,online,2,1\n",
        (HEADER + LAMP).encode() + b"A-2,2026-03-31,\xff,Lighting,online,2,1\n",
        HEADER + LAMP + '"never closed\n',
    ],
)
def test_a_file_with_a_mistake_imports_nothing(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(CommandError, match="line"):
        run(tmp_path, text)
    assert not Sale.objects.exists()
    assert not Product.objects.exists()


def test_a_long_list_of_mistakes_is_shortened(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="and 80 more"):
        run(tmp_path, HEADER + "x,x,x,x,x,x,x\n" * 100)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.csv"):
        call_command("import_sales", str(tmp_path / "nothing.csv"))


@given(st.text())
def test_any_file_is_handled(text: str) -> None:
    for content in (text, HEADER + text):
        with suppress(rows.InvalidFile):
            assert rows.parse(content.splitlines(keepends=True), TODAY) == []
