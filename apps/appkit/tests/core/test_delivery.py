"""The delivery address in a Checkout session, however unusual it is."""

from typing import Any

import pytest

from appkit.delivery import (
    COUNTRIES,
    MAX_LINE_LENGTH,
    MAX_RECIPIENT_LENGTH,
    Delivery,
    collection,
    delivery_of,
)

ADDRESS = {
    "line1": "12 Square Street",
    "line2": "Second floor",
    "postal_code": "1010",
    "city": "Wien",
    "state": "Wien",
    "country": "AT",
}


def session(name: object = "A. Buyer", **address: object) -> dict[str, Any]:
    details = {"name": name, "address": {**ADDRESS, **address}}
    return {"collected_information": {"shipping_details": details}}


def test_a_complete_address() -> None:
    assert delivery_of(session()) == Delivery(
        "A. Buyer", "12 Square Street\nSecond floor\n1010 Wien\nWien\nAustria"
    )


def test_events_of_an_older_version_of_the_api_have_the_address_in_another_place() -> None:
    details = session()["collected_information"]["shipping_details"]
    for collected in ({}, {"collected_information": None}):
        assert delivery_of({**collected, "shipping_details": details}) == delivery_of(session())


@pytest.mark.parametrize("empty", [None, "", " ", "\n", "\u200b", 7, [], {}])
def test_an_empty_part_leaves_no_empty_line(empty: object) -> None:
    found = delivery_of(session(line2=empty, postal_code=empty, state=empty))
    assert found == Delivery("A. Buyer", "12 Square Street\nWien\nAustria")
    found = delivery_of(session(**dict.fromkeys(ADDRESS, empty)))
    assert found == Delivery("A. Buyer", "")
    found = delivery_of(session(empty, line1=empty, line2=empty, city=empty))
    assert found == Delivery("", "1010\nWien\nAustria")


@pytest.mark.parametrize(
    "session",
    [
        {},
        {"collected_information": None},
        {"collected_information": []},
        {"collected_information": {}},
        {"collected_information": {"shipping_details": None}, "shipping_details": None},
        {"collected_information": {"shipping_details": "12 Square Street"}},
        {"collected_information": {"shipping_details": {"name": None, "address": None}}},
        {"collected_information": {"shipping_details": {"name": "", "address": "Wien"}}},
        {"shipping_details": 7},
    ],
)
def test_a_session_without_an_address(session: dict[str, Any]) -> None:
    assert delivery_of(session) is None


def test_a_long_text_is_cut() -> None:
    longest = delivery_of(session("n" * MAX_RECIPIENT_LENGTH, line1="l" * MAX_LINE_LENGTH))
    assert longest
    assert longest.recipient == "n" * MAX_RECIPIENT_LENGTH
    assert longest.address.splitlines()[0] == "l" * MAX_LINE_LENGTH
    for length in (1, 1_000_000):
        cut = delivery_of(
            session("n" * (MAX_RECIPIENT_LENGTH + length), line1="l" * (MAX_LINE_LENGTH + length))
        )
        assert cut
        assert cut.recipient == "n" * (MAX_RECIPIENT_LENGTH - 1) + "…"
        assert cut.address.splitlines()[0] == "l" * (MAX_LINE_LENGTH - 1) + "…"


@pytest.mark.parametrize(
    ("name", "recipient"),
    [
        ("Żółć Ñandú", "Żółć Ñandú"),
        ("東京 太郎", "東京 太郎"),
        ("محمد", "محمد"),
        ("👩🏽 Buyer", "👩🏽 Buyer"),
        ("<b>A</b> & 'B'", "<b>A</b> & 'B'"),
        ("a\0b", "a b"),
        ("a\ud800b", "a b"),
        ("a\u202eb\u2066c", "a b c"),
        ("first\r\nsecond\u2028third", "first second third"),
        ("  a\t\xa0 b ", "a b"),
    ],
)
def test_a_name_is_one_visible_line(name: str, recipient: str) -> None:
    found = delivery_of(session(name, line1=name))
    assert found
    assert found.recipient == recipient
    assert found.address.splitlines()[0] == recipient


def test_an_unknown_country_is_shown_as_its_code() -> None:
    found = delivery_of(session(country="XK"))
    assert found
    assert found.address.splitlines()[-1] == "XK"


def test_the_texts_are_not_in_the_representation() -> None:
    assert repr(delivery_of(session())) == "Delivery()"


def test_stripe_offers_the_countries_of_the_shops() -> None:
    assert collection() == {"allowed_countries": list(COUNTRIES)}
    assert all(len(code) == 2 and code.isupper() for code in COUNTRIES)
