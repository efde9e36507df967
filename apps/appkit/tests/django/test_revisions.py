"""Values that are kept until their tables change."""

import pytest

from appkit.django import revisions
from appkit.django.models import Revision
from appkit.django.revisions import Kept

SIZE = 3


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Its first item is the token that `read` returns."""
    found: list[str | None] = ["a"]
    monkeypatch.setattr(revisions, "read", lambda _: found[0])
    return found


def test_a_value_is_computed_once_for_each_token_and_key(tokens: list[str | None]) -> None:
    kept: Kept[int] = Kept("things", SIZE)
    computed = iter(range(10))

    def get(key: str) -> int:
        return kept.get(key, lambda: next(computed))

    assert [get("x"), get("x"), get("y"), get("x")] == [0, 0, 1, 0]
    tokens[0] = "b"
    assert [get("x"), get("y"), get("x")] == [2, 3, 2]
    tokens[0] = "a"
    assert get("x") == 4


def test_without_a_token_nothing_is_kept(tokens: list[str | None]) -> None:
    tokens[0] = None
    kept: Kept[int] = Kept("things", SIZE)
    assert [kept.get("x", lambda: 1), kept.get("x", lambda: 2)] == [1, 2]


def test_a_write_during_the_computation_is_not_hidden(tokens: list[str | None]) -> None:
    kept: Kept[int] = Kept("things", SIZE)

    def compute() -> int:
        tokens[0] = "b"
        return 1

    assert kept.get("x", compute) == 1
    assert kept.get("x", lambda: 2) == 2


def test_an_exception_is_not_kept(tokens: list[str | None]) -> None:
    kept: Kept[int] = Kept("things", SIZE)
    with pytest.raises(ZeroDivisionError):
        kept.get("x", lambda: 1 // 0)
    assert kept.get("x", lambda: 1) == 1


def test_the_least_recently_used_value_is_dropped(tokens: list[str | None]) -> None:
    kept: Kept[str] = Kept("things", SIZE)
    for key in ("a", "b", "c", "a", "d"):
        kept.get(key, key.upper)
    assert [kept.get(key, str) for key in ("a", "c", "d", "b")] == ["A", "C", "D", ""]


@pytest.mark.django_db
def test_the_token_is_read() -> None:
    assert revisions.read("things") is None
    assert str(Revision.objects.create(name="things", token="t")) == "things at t"
    assert revisions.read("things") == "t"
