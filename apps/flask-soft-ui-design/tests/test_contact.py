from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from soft_ui import contact
from soft_ui.contact import Draft

VALID = {
    "name": "Ada Example",
    "email": "ada@example.org",
    "topic": "idea",
    "message": "More waves, please.",
}


def problems(**changes: str) -> dict[str, str]:
    return contact.problems(contact.read_form(VALID | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "Jo"},
        {"name": "n" * 80},
        {"name": "Zoë 山田 👩‍🎨"},
        {"name": "  padded  "},
        {"email": "a.b+c@mail.example.co.uk"},
        {"email": "a@" + "x" * 247 + ".org"},
        {"topic": "question"},
        {"topic": "problem"},
        {"message": "0123456789"},
        {"message": "x" * 2000},
        {"message": "two\r\n\r\nparagraphs and\ta tab"},
        {"message": "<script>alert(1)</script>"},
    ],
)
def test_a_valid_message(changes: dict[str, str]) -> None:
    assert problems(**changes) == {}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", ["", "x", " x ", "n" * 81, "two\nlines", "nul\0byte", "\u200b" * 2, "\u202ebA"]),
        (
            "email",
            [
                *("", "ada", "ada@", "@example.org", "ada@example", "ada@.org", "ada@example."),
                *("a b@example.org", "a@b@example.org", "ada@example..org", "a\0@example.org"),
                "a@" + "x" * 249 + ".org",
            ],
        ),
        ("topic", ["", "Idea", "other", "idea\0"]),
        ("message", ["", "too short", "x" * 2001, "nul in the \0 middle", "a bell \a in here"]),
    ],
)
def test_an_invalid_field_is_reported(field: str, values: list[str]) -> None:
    for value in values:
        assert list(problems(**{field: value})) == [field], value


def test_all_invalid_fields_are_reported() -> None:
    assert set(contact.problems(contact.read_form({}))) == set(VALID)


@pytest.mark.parametrize(
    ("submitted", "normalized"),
    [("  two\r\nlines  ", "two\nlines"), ("e\u0301", "é"), ("", "")],
)
def test_fields_are_normalized(submitted: str, normalized: str) -> None:
    assert contact.read_form({"message": submitted}) == Draft(text=normalized)


def test_a_stored_message_is_found_by_its_reference(session: Session) -> None:
    stored = contact.store(session, contact.read_form(VALID), "replica-1")
    session.commit()
    found = contact.find(session, stored.reference)
    assert found is not None
    assert (found.name, found.topic, found.text) == ("Ada Example", "idea", "More waves, please.")
    assert found.replica == "replica-1"
    assert contact.tally(session) == (1, found.received)


@pytest.mark.parametrize(
    "reference", ["", "x" * 22, "x" * 21, "x" * 23, "nul\0" + "x" * 18, "' OR 1=1 --0123456789"]
)
def test_another_reference_finds_nothing(session: Session, reference: str) -> None:
    contact.store(session, contact.read_form(VALID), "replica-1")
    session.commit()
    assert contact.find(session, reference) is None


def test_references_are_unique(session: Session) -> None:
    made = {contact.store(session, contact.read_form(VALID), "r").reference for _ in range(50)}
    assert len(made) == 50
    session.commit()


@pytest.mark.parametrize(
    ("email", "shown"), [("ada@example.org", "a…@example.org"), ("a@b.c", "a…@b.c")]
)
def test_an_address_is_masked(email: str, shown: str) -> None:
    assert contact.masked(email) == shown


def test_the_number_of_messages_is_limited_per_hour() -> None:
    limit = contact.messages(5)
    assert (limit.max_attempts, limit.window) == (5, timedelta(hours=1))
