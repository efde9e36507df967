import pytest

from appkit.flask import passwords

# Saved on import, because the tests of an application replace it by a faster method.
METHOD = passwords.METHOD


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "METHOD", METHOD)


def test_a_password_is_stored_as_a_salted_slow_hash() -> None:
    stored = passwords.hashed("open sesame")
    assert stored.startswith("scrypt:32768:8:1$")
    assert stored != passwords.hashed("open sesame")
    assert len(stored) <= 255
    assert passwords.matches(stored, "open sesame")
    assert not passwords.matches(stored, "Open sesame")


def test_a_hash_is_checked_without_an_account_too(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def check(stored: str, _password: str) -> bool:
        checked.append(stored)
        return True

    monkeypatch.setattr(passwords, "check_password_hash", check)
    assert not passwords.matches(None, "open sesame")
    assert checked[0].startswith("scrypt:")
