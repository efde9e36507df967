from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from appkit.flask import passwords
from appkit.limits import ONE_ACCOUNT_FROM_A_NETWORK, TooOften
from shop.admins import WrongPasswordError, create_admin, reset_password, sign_in
from shop.models import Admin
from tests.harness import Shop

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HERE, THERE = "192.0.2.1", "2001:db8::1"


def test_the_password_is_long_and_only_its_hash_is_stored(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    password = create_admin(session, "anna")
    stored = session.query(Admin).one()
    assert len(password) >= 24
    assert password not in stored.password_hash
    assert stored.password_hash.startswith("scrypt:32768:8:1$")


@pytest.mark.parametrize("name", ["", "a", "A", "Anna", "-a", "a b", "a" * 33, "anna\n", "änna"])
def test_an_invalid_name_is_refused(session: Session, name: str) -> None:
    with pytest.raises(ValueError, match="2 to 32"):
        create_admin(session, name)


def test_a_name_is_unique(session: Session) -> None:
    password = create_admin(session, "anna")
    with pytest.raises(ValueError, match="already"):
        create_admin(session, "anna")
    assert sign_in(session, "anna", password, HERE, NOON).name == "anna"


@pytest.mark.parametrize("name", ["anna", "nobody", "", "\0", "x" * 500, "ä"])
def test_too_many_wrong_passwords_block_further_attempts(session: Session, name: str) -> None:
    password = create_admin(session, "anna")
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
        with pytest.raises(WrongPasswordError):
            sign_in(session, name, "wrong", HERE, NOON)
    with pytest.raises(TooOften):
        sign_in(session, name, password, HERE, NOON)
    assert sign_in(session, "anna", password, THERE, NOON).name == "anna"


def test_right_passwords_are_not_limited(session: Session) -> None:
    password = create_admin(session, "anna")
    for _ in range(ONE_ACCOUNT_FROM_A_NETWORK.max_attempts + 1):
        assert sign_in(session, "anna", password, HERE, NOON).name == "anna"


def test_failed_sign_ins_are_logged_with_the_address(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    create_admin(session, "anna")
    for name in ["anna", "a password", *["anna"] * ONE_ACCOUNT_FROM_A_NETWORK.max_attempts]:
        with pytest.raises((WrongPasswordError, TooOften)):
            sign_in(session, name, "wrong", HERE, NOON)
    records = [record for record in caplog.records if record.name == "appkit.sign_in_log"]
    lines = [vars(record)["fields"] for record in records]
    assert len(lines) == 2 + ONE_ACCOUNT_FROM_A_NETWORK.max_attempts
    assert {line["client"] for line in lines} == {HERE}
    anna = session.query(Admin).one().id
    assert [lines[number]["account"] for number in (0, 1, -1)] == [anna, None, None]
    assert lines[-1]["reason"] == "too many attempts"
    assert "a password" not in caplog.text + str(lines)


@pytest.mark.sqlite
def test_signing_in_with_a_password_that_is_reset_meanwhile_is_refused(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = create_admin(session, "anna")
    verify_password = passwords.verify_password

    def verify_first(stored: str | None, entered: str) -> bool:
        is_right = verify_password(stored, entered)
        reset_password(session, "anna")
        return is_right

    monkeypatch.setattr(passwords, "verify_password", verify_first)
    with pytest.raises(WrongPasswordError):
        sign_in(session, "anna", password, HERE, NOON)


def test_a_new_password_ends_every_session(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    password = reset_password(session, "anna")
    assert browser.get("/admin").status_code == 302
    assert sign_in(session, "anna", password, HERE, NOON).name == "anna"
    with pytest.raises(ValueError, match="nobody"):
        reset_password(session, "nobody")


def test_a_new_password_ends_no_session_of_another_admin(shop: Shop, session: Session) -> None:
    browser = shop.signed_in()
    create_admin(session, "berta")
    reset_password(session, "berta")
    assert browser.get("/admin").status_code == 200
