from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from shop.admins import TooManyAttemptsError, WrongPasswordError, create_admin, sign_in
from shop.models import Admin, LoginAttempt

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HERE, THERE = "192.0.2.1", "2001:db8::1"


def fail(session: Session, name: str, address: str, when: datetime, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(WrongPasswordError):
            sign_in(session, name, "wrong", address, when)


def test_the_password_is_long_and_kept_only_as_a_hash(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    password = create_admin(session, "anna")
    stored = session.query(Admin).one()
    assert len(password) >= 24
    assert password not in stored.password_hash
    assert stored.password_hash.startswith("scrypt:32768:8:1$")


@pytest.mark.parametrize("name", ["", "a", "A", "Anna", "-a", "a b", "a" * 33, "anna\n", "änna"])
def test_a_name_has_a_form(session: Session, name: str) -> None:
    with pytest.raises(ValueError, match="a name has 2 to 32"):
        create_admin(session, name)


def test_a_name_is_given_once(session: Session) -> None:
    password = create_admin(session, "anna")
    with pytest.raises(ValueError, match="there is an admin anna already"):
        create_admin(session, "anna")
    assert sign_in(session, "anna", password, HERE, NOON).name == "anna"


def test_five_failures_close_the_door_for_that_name_from_there(session: Session) -> None:
    password = create_admin(session, "anna")
    other = create_admin(session, "berta")
    fail(session, "anna", HERE, NOON, 5)
    with pytest.raises(TooManyAttemptsError) as caught:
        sign_in(session, "anna", password, HERE, NOON + timedelta(minutes=5))
    assert caught.value.wait == timedelta(minutes=10)
    assert sign_in(session, "anna", password, THERE, NOON).name == "anna"
    assert sign_in(session, "berta", other, HERE, NOON).name == "berta"


def test_the_door_opens_again_though_somebody_kept_knocking(session: Session) -> None:
    password = create_admin(session, "anna")
    fail(session, "anna", HERE, NOON, 5)
    for minute in range(15):
        with pytest.raises(TooManyAttemptsError):
            sign_in(session, "anna", password, HERE, NOON + timedelta(minutes=minute))
    assert sign_in(session, "anna", password, HERE, NOON + timedelta(minutes=15)).name == "anna"


def test_a_success_forgets_the_failures_of_that_name_only(session: Session) -> None:
    password = create_admin(session, "anna")
    fail(session, "anna", HERE, NOON, 4)
    fail(session, "nobody", HERE, NOON)
    sign_in(session, "anna", password, HERE, NOON)
    assert [attempt.name for attempt in session.query(LoginAttempt)] == ["nobody"]
    fail(session, "anna", HERE, NOON, 5)


def test_many_names_from_one_address_are_too_many(session: Session) -> None:
    for number in range(20):
        fail(session, f"name-{number}", HERE, NOON)
    with pytest.raises(TooManyAttemptsError):
        sign_in(session, "one-more", "wrong", HERE, NOON)
    fail(session, "one-more", THERE, NOON)


def test_what_cannot_be_a_name_counts_as_one(session: Session) -> None:
    for name in ("", "\0", "A", "x" * 500, "ä"):
        fail(session, name, HERE, NOON)
    with pytest.raises(TooManyAttemptsError):
        sign_in(session, "%", "wrong", HERE, NOON)


def test_a_long_address_is_cut(session: Session) -> None:
    fail(session, "anna", "f" * 200, NOON)
    assert session.query(LoginAttempt).one().address == "f" * 45


def test_old_attempts_are_swept_up(session: Session) -> None:
    fail(session, "anna", HERE, NOON, 3)
    fail(session, "berta", THERE, NOON + timedelta(minutes=15))
    assert session.query(LoginAttempt).count() == 1
