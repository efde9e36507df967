"""Caches do not store the pages of one visitor, and other pages do not get addresses with keys."""

import pytest
from sqlalchemy.orm import Session

from shop.models import Order, now
from shop.views.privacy import KEY
from tests.harness import Shop

ORDER = "cs_test_1"


@pytest.fixture
def sold(selling: Shop, session: Session) -> Shop:
    copied = {"product_slug": "oak-tray", "product_name": "Oak tray", "currency": "eur"}
    session.add(Order(session_id=ORDER, total=3450, paid_at=now(), **copied))
    session.commit()
    return selling


@pytest.mark.parametrize(
    "path",
    [
        f"/checkout/success?session_id={ORDER}",
        "/checkout/success?session_id=cs_test_2",
        "/checkout/success?session_id=x",
        f"/admin/orders/{ORDER}",
        "/admin/orders/cs_test_2",
        f"/admin/login?next=/admin/orders/{ORDER}",
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_page_with_a_key_in_its_address_is_private(
    sold: Shop, path: str, signed_in: bool
) -> None:
    browser = sold.signed_in() if signed_in else sold.browser()
    headers = browser.get(path).headers
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/products/oak-tray", "/checkout/cancelled", "/nowhere"])
def test_the_pages_of_a_signed_in_admin_are_private(sold: Shop, path: str) -> None:
    headers = sold.signed_in().get(path).headers
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_page_with_the_token_of_a_visitor_is_private(sold: Shop) -> None:
    browser = sold.browser()
    assert browser.get("/").headers["Cache-Control"] == "no-cache"
    assert browser.get("/products/oak-tray").headers["Cache-Control"] == "no-store, private"
    assert browser.get("/").headers["Cache-Control"] == "no-store, private"


def test_the_routes_with_a_key_are_marked(sold: Shop) -> None:
    """The log of requests has the route in place of the path, if the route has this variable."""
    with_key = {rule.rule for rule in sold.flask.url_map.iter_rules() if KEY in rule.arguments}
    assert with_key == {"/admin/orders/<key>"}
    variables = {name for rule in sold.flask.url_map.iter_rules() for name in rule.arguments}
    assert variables == {KEY, "slug"}


def test_no_two_routes_match_the_same_path(sold: Shop) -> None:
    """So a product may have any slug, also the name of a page."""
    routes = [(rule.rule, rule.methods or set()) for rule in sold.flask.url_map.iter_rules()]
    for one, methods in routes:
        for other, other_methods in routes:
            if one < other and methods & other_methods - {"OPTIONS", "HEAD"}:
                assert not _overlap(one, other), (one, other)


def _overlap(one: str, other: str) -> bool:
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    same_length = one.count("/") == other.count("/")
    return same_length and all(a == b or "<" in (a[:1], b[:1]) for a, b in pairs)
