import pytest
from hypothesis import given
from hypothesis import strategies as st

from appkit.flask import passwords

# The value before the application's tests replace it by a faster one.
METHOD = passwords.METHOD


def wide(text: str) -> str:
    """The same text in full-width characters."""
    return "".join(chr(ord(one) + 0xFEE0) for one in text)


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


@pytest.mark.parametrize(
    "password",
    [
        *("1234567890", "password123", "PASSWORD123", "Password123!", "p@ssw0rd12", "P455word!!"),
        *("qwertyuiop", "iloveyou2024", "!!sunshine!!", wide("password12"), "password 123"),
        *("letmein1234", "password123456", "123456password", "passwordpassword", "abcdeabcde"),
        *("abcdefghijk", "98765432109"[:10], "1q2w3e4r5t", "administrator", "tinkerbell"),
    ],
)
def test_a_common_password_is_refused(password: str) -> None:
    assert passwords.is_common(password)
    assert passwords.check_password(password) is not None


@pytest.mark.parametrize(
    "password",
    [
        *("correct horse battery", "another horse battery", "sunshine839271", "vK3-mq9_Xw2"),
        *("山田さんの家は青い屋根です", "we meet at nine", "тихая река за домом"),
    ],
)
def test_another_password_is_accepted(password: str) -> None:
    assert passwords.check_password(password, "Ada Example", "ada@example.org") is None


@pytest.mark.parametrize(
    "password",
    [
        *("Ada@example.org", "ADA@EXAMPLE.ORG", "adalovelace", "Ada Lovelace 1", "ada.lovelace!"),
        *("2lovelace2", wide("adalovelace"), "example-ada"),
    ],
)
def test_a_password_like_its_owner_is_refused(password: str) -> None:
    assert passwords.check_password(password) is None
    assert passwords.check_password(password, "Ada Lovelace", "ada@example.org") is not None


def test_a_password_with_a_little_of_its_owner_is_accepted() -> None:
    assert passwords.check_password("lovelyhouse7", "Ada Lovelace", "ada@example.org") is None


@pytest.mark.parametrize(
    ("password", "is_valid"),
    [
        ("dG7k2mQ9x", False),
        ("dG7k2mQ9xW", True),
        ("dG7k2mQ9xW" + "yzäöü" * 38, True),
        ("dG7k2mQ9xW" + "yzäöü" * 38 + "x", False),
        ("tttrrriiimmm", False),
        ("tttrrriiimmmx", True),
    ],
)
def test_the_length_and_the_number_of_different_characters(password: str, is_valid: bool) -> None:
    assert (passwords.check_password(password) is None) is is_valid


@given(st.text(max_size=250), st.text(max_size=80))
def test_any_text_can_be_checked(password: str, name: str) -> None:
    problem = passwords.check_password(password, name)
    if passwords.is_common(password):
        assert problem is not None


def test_the_list_is_folded_and_small() -> None:
    listed = passwords._common_passwords().strip("\n").split("\n")
    assert listed == sorted(set(listed))
    assert all(entry == entry.casefold() and len(entry) >= 5 for entry in listed)
    assert len(listed) > 15_000
    assert passwords._COMMON_PASSWORDS.stat().st_size < 100_000


def test_no_more_of_a_password_is_hashed_than_one_can_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashed: list[str] = []

    def check(_stored: str, password: str) -> bool:
        hashed.append(password)
        return False

    monkeypatch.setattr(passwords, "check_password_hash", check)
    passwords.verify_password(None, "x" * 1_000_000)
    assert len(hashed[0]) == passwords.MAX_LENGTH + 1
