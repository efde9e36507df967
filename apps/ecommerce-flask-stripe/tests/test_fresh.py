"""The list of products is kept between requests, and shows every change at once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from appkit.revisions import TABLE
from shop.demo import add_demo_orders
from shop.models import Product
from shop.stock import add_product, load_product_files
from tests.harness import DRAFT, FORM, Shop
from tests.test_pages import queries

pytestmark = pytest.mark.sqlite


@pytest.fixture
def stocked(shop: Shop, session: Session) -> Shop:
    add_product(session, DRAFT)
    return shop


def is_kept(shop: Shop, path: str = "/") -> bool:
    """Whether a request of the page executes no query but that of its revision."""
    with queries(shop) as statements:
        assert shop.browser().get(path).status_code == 200
    return not statements


def token(session: Session) -> str | None:
    query = f"SELECT token FROM {TABLE} WHERE name = 'products'"  # noqa: S608
    found: str | None = session.scalar(text(query))
    return found


def test_an_unchanged_list_is_rendered_once(stocked: Shop) -> None:
    first = stocked.browser().get("/")
    assert is_kept(stocked)
    again = stocked.browser().get("/")
    assert again.data == first.data
    assert again.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in again.headers


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("UPDATE products SET price = 9901", "€99.01"),
        ("UPDATE products SET currency = 'jpy'", "¥3,450"),
        ("UPDATE products SET name = 'Ash tray'", "Ash tray"),
        ("DELETE FROM products", 'class="empty"'),
    ],
)
def test_a_statement_of_another_program_is_shown_at_once_by_every_replica(
    stocked: Shop, open_shop: Callable[..., Shop], session: Session, statement: str, shown: str
) -> None:
    replicas = (stocked, open_shop())
    for replica in replicas:
        assert shown not in replica.browser().get("/").text
        assert is_kept(replica)
    session.execute(text(statement))
    session.commit()
    for replica in replicas:
        assert shown in replica.browser().get("/").text


def test_each_change_of_an_admin_is_shown_at_once_by_the_other_replica(
    stocked: Shop, open_shop: Callable[..., Shop]
) -> None:
    other = open_shop()
    admin = stocked.signed_in()
    assert "€34.50" in other.browser().get("/").text
    path = "/admin/products/oak-tray/edit"
    assert admin.submit(path, FORM | {"price": "41.00"}).status_code == 303
    assert "€41.00" in other.browser().get("/").text
    assert admin.submit("/admin/products/new", FORM | {"name": "Elm bowl"}).status_code == 303
    assert "Elm bowl" in other.browser().get("/").text
    assert admin.submit("/admin/products/elm-bowl/remove", {}).status_code == 303
    assert "Elm bowl" not in other.browser().get("/").text


def test_a_price_that_is_rolled_back_is_never_shown(stocked: Shop, session: Session) -> None:
    before = stocked.browser().get("/").data
    session.execute(text("UPDATE products SET price = 9901"))
    session.rollback()
    assert stocked.browser().get("/").data == before
    session.execute(text("UPDATE products SET price = 8801"))
    session.commit()
    assert "€88.01" in stocked.browser().get("/").text


def test_the_pages_of_the_list_change_together(stocked: Shop, session: Session) -> None:
    for number in range(12):
        add_product(session, replace(DRAFT, name=f"Tray {number}"))
    assert "Oak tray" in stocked.browser().get("/?page=2").text
    assert is_kept(stocked, "/?page=2")
    session.execute(text("DELETE FROM products WHERE slug = 'tray-0'"))
    session.commit()
    assert "Oak tray" in stocked.browser().get("/").text
    assert stocked.browser().get("/?page=2").status_code == 404


def test_the_files_of_a_release_are_shown_at_once(stocked: Shop, session: Session) -> None:
    stocked.browser().get("/")
    load_product_files(session)
    session.commit()
    assert "Two-joint desk lamp" in stocked.browser().get("/").text
    before = token(session)
    load_product_files(session)
    session.commit()
    assert token(session) == before


def test_orders_do_not_change_the_revision(stocked: Shop, session: Session) -> None:
    before = token(session)
    add_demo_orders(session)
    session.commit()
    assert token(session) == before is not None


def test_a_visitor_with_a_form_gets_the_kept_list_uncached(stocked: Shop) -> None:
    stocked.browser().get("/")
    visitor = stocked.browser()
    visitor.get("/admin/login")
    with queries(stocked) as statements:
        page = visitor.get("/")
    assert statements == []
    assert page.headers["Cache-Control"] == "no-store, private"
    assert "csrf_token" not in page.text


def test_a_message_is_shown_to_its_admin_alone(stocked: Shop) -> None:
    admin = stocked.signed_in()
    stocked.browser().get("/")
    admin.submit("/admin/logout", {}, page="/admin")
    shown = [browser.get("/").text for browser in (admin, stocked.browser(), admin)]
    assert [page.count("You are signed out.") for page in shown] == [1, 0, 0]


def test_a_product_that_the_price_check_refuses_changes_nothing(
    stocked: Shop, session: Session
) -> None:
    before = stocked.browser().get("/").data
    with pytest.raises(Exception, match="price_is_positive"):
        session.execute(text("UPDATE products SET price = 0"))
    session.rollback()
    assert stocked.browser().get("/").data == before
    assert session.query(Product).count() == 1
