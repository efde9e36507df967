import pytest

from appkit.flask import passwords

# The value before the application's tests replace it by a faster one.
METHOD = passwords.METHOD


@pytest.fixture(autouse=True)
def real_method(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "METHOD", METHOD)


def test_a_password_is_stored_as_a_salted_slow_hash() -> None:
    stored = passwords.hash_password("open sesame")
    assert stored.startswith("scrypt:32768:8:1$")
    assert stored != passwords.hash_password("open sesame")
    assert len(stored) <= 255
    assert passwords.verify_password(stored, "open sesame")
    assert not passwords.verify_password(stored, "Open sesame")


def test_a_hash_is_also_computed_for_an_unknown_account(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def check(stored: str, _password: str) -> bool:
        checked.append(stored)
        return True

    monkeypatch.setattr(passwords, "check_password_hash", check)
    assert not passwords.verify_password(None, "open sesame")
    assert checked[0].startswith("scrypt:")
