import logging
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import stock
from shop.models import Origin, Product
from shop.product_files import ProductFiles
from tests.harness import DRAFT


def slugs(session: Session) -> list[str]:
    return list(session.scalars(select(Product.slug).order_by(Product.slug)))


def test_loading_the_product_files_can_be_repeated(session: Session) -> None:
    stock.load_product_files(session)
    first = slugs(session)
    stock.load_product_files(session)
    assert slugs(session) == first
    assert len(first) == 8


@pytest.mark.sqlite
def test_products_follow_changed_and_removed_files(
    session: Session,
) -> None:
    stock.sync_products(session, {"tray": DRAFT, "bowl": DRAFT, "cup": DRAFT}, keep=set())
    session.commit()
    stock.sync_products(session, {"tray": replace(DRAFT, price=99)}, keep={"cup"})
    session.commit()
    assert slugs(session) == ["cup", "tray"]
    tray = stock.product_at(session, "tray")
    assert tray
    assert tray.price == 99


def test_an_admins_product_is_never_changed_by_files(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    admins = stock.add_product(session, DRAFT)
    stock.sync_products(session, {"oak-tray": replace(DRAFT, name="Other")}, keep=set())
    stock.sync_products(session, {}, keep=set())
    session.commit()
    session.refresh(admins)
    assert (admins.name, admins.origin) == ("Oak tray", Origin.ADMIN)
    assert "oak-tray.json is skipped" in caplog.text


def test_one_product_is_changed_or_removed(session: Session) -> None:
    first, second, third = (
        stock.add_product(session, replace(DRAFT, name=name)) for name in ("Ash", "Elm", "Fir")
    )
    assert stock.change_product(session, first, replace(DRAFT, name="Oak"), first.version)
    assert stock.remove_product(session, second, second.version)
    names = session.scalars(select(Product.name).order_by(Product.id)).all()
    assert names == ["Oak", "Fir"]
    assert third.version == 1


@pytest.mark.sqlite
def test_a_product_of_a_file_is_neither_changed_nor_removed(session: Session) -> None:
    stock.sync_products(session, {"bowl": DRAFT}, keep=set())
    session.commit()
    bowl = stock.product_at(session, "bowl")
    assert bowl
    assert not stock.change_product(session, bowl, replace(DRAFT, price=99), bowl.version)
    assert not stock.remove_product(session, bowl, bowl.version)
    session.refresh(bowl)
    assert bowl.price == DRAFT.price


def test_an_invalid_file_is_logged_and_its_product_stays(
    session: Session, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock.sync_products(session, {"bowl": DRAFT}, keep=set())
    files = ProductFiles({"tray": DRAFT}, {"bowl.json": "Expecting value"})
    monkeypatch.setattr(stock, "read_folder", lambda: files)
    with caplog.at_level(logging.INFO):
        stock.load_product_files(session)
    session.commit()
    assert "product file bowl.json is skipped: Expecting value" in caplog.text
    assert slugs(session) == ["bowl", "tray"]


@pytest.mark.sqlite
def test_equal_names_get_different_slugs(session: Session) -> None:
    long = replace(DRAFT, name="a" * 80)
    created = [
        stock.add_product(session, draft).slug for draft in (DRAFT, DRAFT, DRAFT, long, long)
    ]
    assert created == ["oak-tray", "oak-tray-2", "oak-tray-3", "a" * 80, "a" * 78 + "-2"]


@pytest.mark.sqlite
def test_a_slug_that_another_replica_has_just_used_is_not_an_error(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock.add_product(session, DRAFT)
    offered = iter(["oak-tray", "oak-tray-2"])
    monkeypatch.setattr(stock, "_free_slug", lambda *_: next(offered))
    assert stock.add_product(session, DRAFT).slug == "oak-tray-2"


def test_choosing_a_slug_is_not_repeated_for_ever(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock.add_product(session, DRAFT)
    monkeypatch.setattr(stock, "_free_slug", lambda *_: "oak-tray")
    with pytest.raises(IntegrityError):
        stock.add_product(session, DRAFT)


@pytest.mark.parametrize(
    ("stored", "number", "shown", "pages"),
    [(0, 1, 0, 1), (1, 1, 1, 1), (12, 1, 12, 1), (13, 1, 12, 2), (13, 2, 1, 2), (30, 3, 6, 3)],
)
def test_the_products_of_a_page(
    session: Session, stored: int, number: int, shown: int, pages: int
) -> None:
    stock.sync_products(session, {f"tray-{i}": DRAFT for i in range(stored)}, keep=set())
    page = stock.page_of_products(session, number)
    assert page
    assert (len(page.rows), page.pages) == (shown, pages)


@pytest.mark.parametrize("number", [0, 2, 999_999])
def test_other_page_numbers_do_not_exist(session: Session, number: int) -> None:
    assert stock.page_of_products(session, number) is None
