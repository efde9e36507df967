import pytest
from sqlalchemy.orm import Session

from soft_ui import contact
from soft_ui.contact import Draft

FINE = {
    "name": "Ada Example",
    "email": "ada@example.org",
    "topic": "idea",
    "message": "More waves, please.",
}


def problems(**changes: str) -> dict[str, str]:
    return contact.problems(contact.clean(FINE | changes))


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
def test_what_may_be_stored(changes: dict[str, str]) -> None:
    assert problems(**changes) == {}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", ["", "x", " x ", "n" * 81, "two\nlines", "nul\0byte"]),
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
def test_what_is_refused(field: str, values: list[str]) -> None:
    for value in values:
        assert list(problems(**{field: value})) == [field], value


def test_everything_that_is_wrong_is_said() -> None:
    assert set(contact.problems(contact.clean({}))) == set(FINE)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  two\r\nlines  ", "two\nlines"), ("e\u0301", "é"), ("", "")],
)
def test_cleaning(typed: str, kept: str) -> None:
    assert contact.clean({"message": typed}) == Draft(text=kept)


def test_what_is_stored_is_found(session: Session) -> None:
    stored = contact.store(session, contact.clean(FINE), "replica-1")
    session.commit()
    found = contact.find(session, stored.reference)
    assert found is not None
    assert (found.name, found.topic, found.text) == ("Ada Example", "idea", "More waves, please.")
    assert found.replica == "replica-1"
    assert contact.tally(session) == (1, found.received)


@pytest.mark.parametrize(
    "reference", ["", "x" * 22, "x" * 21, "x" * 23, "nul\0" + "x" * 18, "' OR 1=1 --0123456789"]
)
def test_no_other_reference_finds_anything(session: Session, reference: str) -> None:
    contact.store(session, contact.clean(FINE), "replica-1")
    session.commit()
    assert contact.find(session, reference) is None


def test_references_differ(session: Session) -> None:
    made = {contact.store(session, contact.clean(FINE), "r").reference for _ in range(50)}
    assert len(made) == 50
    session.commit()


@pytest.mark.parametrize(
    ("email", "shown"), [("ada@example.org", "a…@example.org"), ("a@b.c", "a…@b.c")]
)
def test_an_address_is_masked(email: str, shown: str) -> None:
    assert contact.masked(email) == shown
