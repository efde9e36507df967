import pytest

from appkit.flask import passwords

# Read before an application's tests weaken it.
METHOD = passwords.METHOD


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "METHOD", METHOD)


def test_a_password_is_kept_as_a_salted_slow_hash() -> None:
    stored = passwords.hashed("open sesame")
    assert stored.startswith("scrypt:32768:8:1$")
    assert stored != passwords.hashed("open sesame")
    assert len(stored) <= 255
    assert passwords.fits(stored, "open sesame")
    assert not passwords.fits(stored, "Open sesame")


def test_where_there_is_none_a_hash_is_checked_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def check(stored: str, _password: str) -> bool:
        checked.append(stored)
        return True

    monkeypatch.setattr(passwords, "check_password_hash", check)
    assert not passwords.fits(None, "open sesame")
    assert checked[0].startswith("scrypt:")
