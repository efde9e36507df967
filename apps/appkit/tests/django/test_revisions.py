"""Values that are kept until their tables change."""

import pytest
from django.conf import settings

from appkit.django.models import Revision
from appkit.django.revisions import Kept, Read, read

SIZE = 3


@pytest.fixture
def tokens() -> list[str | None]:
    """Its first item is the current token."""
    return ["a"]


@pytest.fixture
def reader(tokens: list[str | None]) -> Read:
    return lambda: tokens[0]


def test_a_value_is_computed_once_for_each_token_and_key(
    reader: Read, tokens: list[str | None]
) -> None:
    kept: Kept[int] = Kept(reader, SIZE)
    computed = iter(range(10))

    def get(key: str) -> int:
        return kept.get(key, lambda: next(computed))

    assert [get("x"), get("x"), get("y"), get("x")] == [0, 0, 1, 0]
    tokens[0] = "b"
    assert [get("x"), get("y"), get("x")] == [2, 3, 2]
    tokens[0] = "a"
    assert get("x") == 4


def test_without_a_token_nothing_is_kept(reader: Read, tokens: list[str | None]) -> None:
    tokens[0] = None
    kept: Kept[int] = Kept(reader, SIZE)
    assert [kept.get("x", lambda: 1), kept.get("x", lambda: 2)] == [1, 2]


def test_nothing_is_kept_while_templates_are_edited(
    reader: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Kept[int] = Kept(reader, SIZE)
    assert kept.get("x", lambda: 1) == 1
    monkeypatch.setattr(settings, "DEBUG", True)
    assert [kept.get("x", lambda: 2), kept.get("x", lambda: 3)] == [2, 3]


def test_a_write_during_the_computation_is_not_hidden(
    reader: Read, tokens: list[str | None]
) -> None:
    kept: Kept[int] = Kept(reader, SIZE)

    def compute() -> int:
        tokens[0] = "b"
        return 1

    assert kept.get("x", compute) == 1
    assert kept.get("x", lambda: 2) == 2


def test_an_exception_is_not_kept(reader: Read) -> None:
    kept: Kept[int] = Kept(reader, SIZE)
    with pytest.raises(ZeroDivisionError):
        kept.get("x", lambda: 1 // 0)
    assert kept.get("x", lambda: 1) == 1


def test_the_least_recently_used_value_is_dropped(reader: Read) -> None:
    kept: Kept[str] = Kept(reader, SIZE)
    for key in ("a", "b", "c", "a", "d"):
        kept.get(key, key.upper)
    assert [kept.get(key, str) for key in ("a", "c", "d", "b")] == ["A", "C", "D", ""]


@pytest.mark.django_db
def test_the_token_is_read() -> None:
    assert read("things") is None
    assert str(Revision.objects.create(name="things", token="t")) == "things at t"
    assert read("things") == "t"
