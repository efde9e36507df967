"""Properties for any input: no request fails with 500, and nothing invalid is stored."""

import json
import re
import tempfile
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from shop.models import Order, Product, now
from shop.money import DECIMALS, MAX_PRICE, MIN_PRICE, parse_price, show_price, write_price
from shop.pictures import PICTURES
from shop.product_files import read_folder
from shop.product_rules import (
    MAX_LENGTHS,
    Draft,
    InvalidProductError,
    draft_product,
    is_slug,
    slug_of,
)
from tests.harness import FORM, Browser, Shop
from tests.hostile_values import ANY_TEXT, HOSTILE, HOSTILE_TEXT, JSON, mutated

CURRENCY = st.sampled_from(sorted(DECIMALS))


PRICE = st.integers(MIN_PRICE, MAX_PRICE)


@given(PRICE, CURRENCY)
def test_a_written_price_is_parsed_to_the_same_amount(minor: int, currency: str) -> None:
    assert parse_price(write_price(minor, currency), currency) == minor
    assert str(minor)[-1] in show_price(minor, currency)


@given(st.text() | st.from_regex(r"-?\d{0,12}\.?\d{0,4}", fullmatch=True), CURRENCY)
def test_any_text_is_a_valid_price_or_refused(text: str, currency: str) -> None:
    try:
        minor = parse_price(text, currency)
    except ValueError as error:
        problem = str(error)
    else:
        problem = "none."
        assert MIN_PRICE <= minor <= MAX_PRICE
    assert problem.endswith(".")


@given(st.text())
def test_any_name_has_a_slug(name: str) -> None:
    assert is_slug(slug_of(name))


def assert_valid(value: Draft | Product) -> None:
    """Asserts every rule for a product."""
    for field, max_length in MAX_LENGTHS.items():
        text = getattr(value, field)
        assert 0 < len(text) <= max_length
        assert text == text.strip()
        assert "\0" not in text
        assert any(c.isprintable() for c in text)
        text.encode()
        assert field == "full_description" or len(text.splitlines()) == 1
    assert MIN_PRICE <= value.price <= MAX_PRICE
    assert value.currency in DECIMALS
    assert value.images
    assert set(value.images) <= PICTURES


FIELDS = mutated(FORM, HOSTILE_TEXT)


@given(FIELDS, st.lists(st.sampled_from([*sorted(PICTURES), "../shop.css"]) | ANY_TEXT))
def test_any_fields_are_a_valid_product_or_refused(
    fields: dict[str, str], images: list[str]
) -> None:
    try:
        draft = draft_product(fields, images)
    except InvalidProductError as error:
        problems = error.problems
    else:
        problems = {}
        assert_valid(draft)
    assert all(0 < len(problem) < 200 for problem in problems.values())


@given(FIELDS)
def test_any_form_creates_a_valid_product_or_is_shown_again(
    admin: Browser, session: Session, fields: dict[str, str]
) -> None:
    printable = {name: text.encode("utf-8", "replace").decode() for name, text in fields.items()}
    response = admin.submit("/admin/products/new", {**FORM, **printable})
    assert response.status_code in (303, 422)
    if response.status_code == 422:
        assert 'class="problem"' in response.text
        return
    session.expire_all()
    product = session.query(Product).order_by(Product.id.desc()).first()
    assert product
    assert_valid(product)
    assert admin.get(response.headers["Location"]).status_code == 200


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_wrong_login_is_refused(
    visitor: Browser, name: str, password: str, next_path: str
) -> None:
    sent = {"name": name, "password": password}
    fields = {key: text.encode("utf-8", "replace").decode() for key, text in sent.items()}
    response = visitor.submit("/admin/login", fields)
    assert response.status_code in (422, 429)
    assert "Lowfield" in response.text
    page = visitor.get("/admin/login", query_string={"next": next_path.encode("utf-8", "replace")})
    assert page.status_code == 200


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=120))
def test_any_path_is_a_page_or_not_found(shop: Shop, path: str) -> None:
    for start in ("/", "/products/", "/checkout/success?session_id=", "/?page=", "/admin/"):
        # Quoted, as browsers do: the test client would read `//[` as a host.
        response = shop.browser().get(start + quote(path, safe="/?&=%"))
        assert response.status_code < 500


HOSTILE_BYTES = st.binary(max_size=60) | st.sampled_from(
    [
        b"",
        b"\0",
        b"\xed\xa0\x80",  # half of a surrogate pair
        b"\xef\xbc\x91",  # a full-width digit one
        b"9" * 5000,
        b"-1",
        b"1e999",
        b"\xe2\x80\xae",  # right-to-left override
        b"\xf4\x90\x80\x80",  # beyond the last code point
        b"//evil.test",
        b"cs_test_1",
        b"oak-tray",
    ]
)


NAMES = [*FORM, "page", "next", "session_id", "product", "version", "password", "csrf_token", "%00"]


SENT = st.dictionaries(st.sampled_from(NAMES), HOSTILE_BYTES, max_size=4)


CONTENT_TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "text/plain; charset=zlib",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json; charset=rot13",
        "",
        "\xff",
    ]
)


def encoded(sent: dict[str, bytes]) -> str:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in sent.items())


@settings(max_examples=60)
@given(SENT, HOSTILE_BYTES)
def test_any_query_string_gets_a_page(
    selling: Shop, seller: Browser, sent: dict[str, bytes], value: bytes
) -> None:
    for route in selling.flask.url_map.iter_rules():
        if "GET" in (route.methods or ()):
            path = re.sub(r"<\w+>", lambda _: quote_from_bytes(value, safe=""), route.rule)
            for browser in (seller, selling.browser()):
                response = browser.get(path, query_string=encoded(sent))
                assert response.status_code < 500, (path, sent)


@settings(max_examples=60)
@given(SENT, st.sampled_from(["oak-tray", "cs_test_1"]), CONTENT_TYPES)
def test_any_form_gets_a_response(
    selling: Shop, seller: Browser, sent: dict[str, bytes], value: str, content_type: str
) -> None:
    token = {"X-CSRF-Token": token_of(seller)}
    for route in selling.flask.url_map.iter_rules():
        if "POST" in (route.methods or ()) and route.endpoint != "login.sign_out":
            path = re.sub(r"<\w+>", value, route.rule)
            # The token of the header counts only if the form has none.
            form = encoded({name: text for name, text in sent.items() if name != "csrf_token"})
            response = seller.post(path, data=form, content_type=content_type, headers=token)
            assert response.status_code < 500, (path, sent)


def token_of(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/admin/sessions").text)
    assert found
    return found[1]


GOOD = {
    **{key: FORM[key] for key in MAX_LENGTHS},
    "currency": "eur",
    "images": ["parcel.svg"],
    "price": 34.5,
}


FILE = st.binary(max_size=200) | (JSON | mutated(GOOD, HOSTILE)).map(json.dumps).map(str.encode)


@given(FILE, FILE)
def test_any_file_is_a_valid_product_or_reported_and_does_not_affect_others(
    one: bytes, other: bytes
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "one.json").write_bytes(one)
        (folder / "other.json").write_bytes(other)
        (folder / "good.json").write_text(json.dumps(GOOD))
        files = read_folder(folder)
    assert files.drafts.keys() | {name.removesuffix(".json") for name in files.errors} == {
        "one",
        "other",
        "good",
    }
    assert "good" in files.drafts
    for draft in files.drafts.values():
        assert_valid(draft)
    assert all(files.errors.values())


@pytest.fixture
def admin(shop: Shop) -> Browser:
    return shop.signed_in()


@pytest.fixture
def seller(selling: Shop, session: Session) -> Browser:
    """A signed-in admin of a shop with an order."""
    copied = {"product_slug": "oak-tray", "product_name": "Oak tray", "currency": "eur"}
    session.add(
        Order(session_id="cs_test_1", payment_intent="pi_1", total=3450, paid_at=now(), **copied)
    )
    session.commit()
    return selling.signed_in()


@pytest.fixture
def visitor(shop: Shop) -> Browser:
    return shop.browser()
