"""Rules with a shape, asked for any input: nothing fails, nothing forbidden is stored."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shop.models import Order, Product, Refund
from shop.money import DECIMALS, LEAST, MOST, parse_price, show_price, write_price
from shop.pictures import PICTURES
from shop.product_files import read_folder
from shop.rules import LENGTHS, Draft, InvalidProductError, draft_product, is_slug, slug_of
from stripe_fake.testing import WEBHOOK_SECRET
from stripe_fake.webhooks import sign
from tests.running import FORM, Browser, Shop
from tests.test_webhook import CHARGE, PAID

ANY_TEXT = st.text(st.characters(), max_size=250)
CURRENCY = st.sampled_from(sorted(DECIMALS))
PRICE = st.integers(LEAST, MOST)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
HOSTILE_TEXT = (
    st.text(max_size=20)
    | st.text("a\0\n\x1f\u200b\u2028\udc80 ", max_size=8)
    | st.sampled_from([n + over for n in LENGTHS.values() for over in (0, 1)]).map("a".__mul__)
    | st.sampled_from(["-1", "0", "1e9", "xau", "../x"])
)
HOSTILE = (
    JSON
    | HOSTILE_TEXT
    | st.integers(-3, 3)
    | st.integers()
    | st.sampled_from([True, 34.0, 10**13, None, "xau", "pi_"])
)


def nearly(good: dict[str, Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What is good but for up to two of its values."""
    changes = st.dictionaries(st.sampled_from(sorted(good)), other, max_size=2)
    return changes.map(lambda changed: {**good, **changed})


@given(PRICE, CURRENCY)
def test_a_price_survives_being_written_and_read(minor: int, currency: str) -> None:
    assert parse_price(write_price(minor, currency), currency) == minor
    assert str(minor)[-1] in show_price(minor, currency)


@given(st.text() | st.from_regex(r"-?\d{0,12}\.?\d{0,4}", fullmatch=True), CURRENCY)
def test_any_text_is_a_price_within_bounds_or_told_why(text: str, currency: str) -> None:
    try:
        minor = parse_price(text, currency)
    except ValueError as error:
        problem = str(error)
    else:
        problem = "none."
        assert LEAST <= minor <= MOST
    assert problem.endswith(".")


@given(st.text())
def test_any_name_has_an_address(name: str) -> None:
    assert is_slug(slug_of(name))


def kept(value: Draft | Product) -> None:
    """Every rule of a product."""
    for field, longest in LENGTHS.items():
        text = getattr(value, field)
        assert 0 < len(text) <= longest
        assert text == text.strip()
        assert "\0" not in text
        assert any(c.isprintable() for c in text)
        text.encode()
        assert field == "full_description" or len(text.splitlines()) == 1
    assert LEAST <= value.price <= MOST
    assert value.currency in DECIMALS
    assert value.images
    assert set(value.images) <= PICTURES


FIELDS = nearly(FORM, HOSTILE_TEXT)


@given(FIELDS, st.lists(st.sampled_from([*sorted(PICTURES), "../shop.css"]) | ANY_TEXT))
def test_any_fields_are_a_product_that_keeps_the_rules_or_told_why(
    fields: dict[str, str], images: list[str]
) -> None:
    try:
        draft = draft_product(fields, images)
    except InvalidProductError as error:
        problems = error.problems
    else:
        problems = {}
        kept(draft)
    assert all(0 < len(problem) < 200 for problem in problems.values())


@given(FIELDS)
def test_any_form_is_a_product_or_the_form_again(
    desk: Browser, session: Session, fields: dict[str, str]
) -> None:
    printable = {name: text.encode("utf-8", "replace").decode() for name, text in fields.items()}
    answer = desk.submit("/admin/products/new", {**FORM, **printable})
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:
        assert 'class="problem"' in answer.text
        return
    session.expire_all()
    product = session.query(Product).order_by(Product.id.desc()).first()
    assert product
    kept(product)
    assert desk.get(answer.headers["Location"]).status_code == 200


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_login_is_refused_in_the_design(
    signing_in: Browser, name: str, password: str, wanted: str
) -> None:
    sent = {"name": name, "password": password}
    fields = {key: text.encode("utf-8", "replace").decode() for key, text in sent.items()}
    answer = signing_in.submit("/admin/login", fields)
    assert answer.status_code in (422, 429)
    assert "Lowfield" in answer.text
    page = signing_in.get("/admin/login", query_string={"next": wanted.encode("utf-8", "replace")})
    assert page.status_code == 200


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=120))
def test_any_address_has_a_page_or_none(shop: Shop, path: str) -> None:
    for start in ("/", "/products/", "/checkout/success?session_id=", "/?page=", "/admin/"):
        # Quoted, as a browser would: the client itself takes `//[` for a host.
        answer = shop.browser().get(start + quote(path, safe="/?&=%"))
        assert answer.status_code < 500


GOOD = {
    **{key: FORM[key] for key in LENGTHS},
    "currency": "eur",
    "images": ["parcel.svg"],
    "price": 34.5,
}
FILE = st.binary(max_size=200) | (JSON | nearly(GOOD, HOSTILE)).map(json.dumps).map(str.encode)


@given(FILE, FILE)
def test_any_file_is_a_product_or_named_and_hinders_no_other(one: bytes, other: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "one.json").write_bytes(one)
        (folder / "other.json").write_bytes(other)
        (folder / "good.json").write_text(json.dumps(GOOD))
        files = read_folder(folder)
    assert files.drafts.keys() | {name.removesuffix(".json") for name in files.bad} == {
        "one",
        "other",
        "good",
    }
    assert "good" in files.drafts
    for draft in files.drafts.values():
        kept(draft)
    assert all(files.bad.values())


KINDS = [("checkout.session.completed", PAID), ("charge.refunded", CHARGE)]


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """An event about a payment or a refund of ours that has something wrong, or nothing."""
    kind, about = draw(st.sampled_from(KINDS))
    # A payment of its own, since one that is known already stores nothing.
    ids = {"id": f"cs_test_{uuid4().hex}", "payment_intent": f"pi_{uuid4().hex}"}
    about = draw(nearly({**about, **ids}, HOSTILE))
    if draw(st.booleans()):
        about["metadata"] = draw(nearly(PAID["metadata"], HOSTILE))
    event = {"type": kind, "created": int(time.time()), "data": {"object": about}}
    return json.dumps(draw(nearly(event, HOSTILE) | st.just(event))).encode()


@settings(max_examples=200)
@given(events() | JSON.map(json.dumps).map(str.encode) | st.binary(max_size=100))
def test_any_signed_body_is_answered_and_stores_nothing_forbidden(
    selling: Shop, session: Session, body: bytes
) -> None:
    answer = post(selling, body, sign(body, WEBHOOK_SECRET, int(time.time())))
    assert answer.status_code in (200, 400)
    with rolled_back(session):
        for order in session.query(Order):
            assert order.total > 0
            assert order.currency in DECIMALS
            assert is_slug(order.product_slug)
            assert 0 < len(order.product_name) <= LENGTHS["name"]
            assert "\0" not in order.product_name
        for refund in session.query(Refund):
            assert refund.amount > 0


@given(st.binary(max_size=100), st.text(st.characters(codec="latin-1"), max_size=100))
def test_any_unsigned_body_is_refused(selling: Shop, body: bytes, signature: str) -> None:
    header = signature.replace("\r", "").replace("\n", "")
    assert post(selling, body, header).status_code == 400


@settings(max_examples=30)
@given(st.permutations(range(6)), st.integers(1, 3449))
def test_events_in_any_order_end_in_the_same(
    selling: Shop, session: Session, order: list[int], part: int
) -> None:
    def event(kind: str, about: dict[str, Any]) -> bytes:
        told = {"type": kind, "created": int(time.time()), "data": {"object": about}}
        return json.dumps(told).encode()

    completed = event("checkout.session.completed", PAID)
    waiting = event("checkout.session.completed", {**PAID, "payment_status": "unpaid"})
    some = event("charge.refunded", {**CHARGE, "amount_refunded": part})
    all_of_it = event("charge.refunded", CHARGE)
    told = [completed, completed, waiting, some, all_of_it, all_of_it]
    for index in order:
        body = told[index]
        assert post(selling, body, sign(body, WEBHOOK_SECRET, int(time.time()))).status_code == 200
    with rolled_back(session):
        stored = session.query(Order).one()
        assert stored.refund
        assert (stored.total, stored.refund.amount) == (3450, 3450)
        session.query(Order).delete()
        session.query(Refund).delete()
        session.commit()


@contextmanager
def rolled_back(session: Session) -> Iterator[None]:
    """Reads anew, and holds nothing afterwards."""
    session.rollback()
    yield
    session.rollback()


def post(shop: Shop, body: bytes, signature: str) -> TestResponse:
    headers = {"Stripe-Signature": signature}
    return shop.browser().post("/stripe/webhook", data=body, headers=headers)


@pytest.fixture
def desk(shop: Shop) -> Browser:
    return shop.signed_in()


@pytest.fixture
def signing_in(shop: Shop) -> Browser:
    return shop.browser()
