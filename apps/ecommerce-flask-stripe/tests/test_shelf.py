import logging
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import shelf
from shop.models import Origin, Product
from shop.product_files import ProductFiles
from tests.running import DRAFT


def slugs(session: Session) -> list[str]:
    return list(session.scalars(select(Product.slug).order_by(Product.slug)))


def test_files_are_followed_and_loading_twice_changes_nothing(session: Session) -> None:
    shelf.load_product_files(session)
    first = slugs(session)
    shelf.load_product_files(session)
    assert slugs(session) == first
    assert len(first) == 8


def test_a_changed_file_changes_its_product_and_a_removed_one_takes_it_away(
    session: Session,
) -> None:
    shelf.sync_products(session, {"tray": DRAFT, "bowl": DRAFT, "cup": DRAFT}, keep=set())
    session.commit()
    shelf.sync_products(session, {"tray": replace(DRAFT, price=99)}, keep={"cup"})
    session.commit()
    assert slugs(session) == ["cup", "tray"]
    tray = shelf.product_at(session, "tray")
    assert tray
    assert tray.price == 99


def test_what_the_admin_created_is_never_touched(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    mine = shelf.add_product(session, DRAFT)
    shelf.sync_products(session, {"oak-tray": replace(DRAFT, name="Other")}, keep=set())
    shelf.sync_products(session, {}, keep=set())
    session.commit()
    session.refresh(mine)
    assert (mine.name, mine.origin) == ("Oak tray", Origin.ADMIN)
    assert "oak-tray.json is skipped: an admin's product is at its address" in caplog.text


def test_a_bad_file_is_named_and_its_product_stays(
    session: Session, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.sync_products(session, {"bowl": DRAFT}, keep=set())
    files = ProductFiles({"tray": DRAFT}, {"bowl.json": "Expecting value"})
    monkeypatch.setattr(shelf, "read_folder", lambda: files)
    with caplog.at_level(logging.INFO):
        shelf.load_product_files(session)
    session.commit()
    assert "product file bowl.json is skipped: Expecting value" in caplog.text
    assert slugs(session) == ["bowl", "tray"]


def test_equal_names_get_addresses_of_their_own(session: Session) -> None:
    long = replace(DRAFT, name="a" * 80)
    made = [shelf.add_product(session, draft).slug for draft in (DRAFT, DRAFT, DRAFT, long, long)]
    assert made == ["oak-tray", "oak-tray-2", "oak-tray-3", "a" * 80, "a" * 78 + "-2"]


def test_an_address_taken_meanwhile_is_not_an_error(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.add_product(session, DRAFT)
    offered = iter(["oak-tray", "oak-tray-2"])
    monkeypatch.setattr(shelf, "_free_slug", lambda *_: next(offered))
    assert shelf.add_product(session, DRAFT).slug == "oak-tray-2"


def test_it_does_not_try_for_ever(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.add_product(session, DRAFT)
    monkeypatch.setattr(shelf, "_free_slug", lambda *_: "oak-tray")
    with pytest.raises(IntegrityError):
        shelf.add_product(session, DRAFT)


@pytest.mark.parametrize(
    ("stored", "number", "shown", "pages"),
    [(0, 1, 0, 1), (1, 1, 1, 1), (12, 1, 12, 1), (13, 1, 12, 2), (13, 2, 1, 2), (30, 3, 6, 3)],
)
def test_pages(session: Session, stored: int, number: int, shown: int, pages: int) -> None:
    shelf.sync_products(session, {f"tray-{i}": DRAFT for i in range(stored)}, keep=set())
    page = shelf.page_of_products(session, number)
    assert page
    assert (len(page.rows), page.pages) == (shown, pages)


@pytest.mark.parametrize("number", [0, 2, 999_999])
def test_there_are_no_other_pages(session: Session, number: int) -> None:
    assert shelf.page_of_products(session, number) is None
