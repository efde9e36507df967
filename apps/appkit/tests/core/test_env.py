"""Settings from environment variables: values, files, and the message for each problem."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appkit.env import EXIT_CONFIG, DatabaseUrl, Environment, SettingError, exit_with

type Read = Callable[[Environment], object]


@pytest.mark.parametrize(
    ("values", "read", "expected"),
    [
        ({"A": "x"}, lambda env: env.text("A"), "x"),
        ({}, lambda env: env.text("A", "d"), "d"),
        ({"A": ""}, lambda env: env.text("A", "d"), "d"),
        ({"A": "7"}, lambda env: env.integer("A", maximum=9), 7),
        ({}, lambda env: env.integer("A", 3), 3),
        ({}, lambda env: env.integer("A", 0, minimum=1), 0),
        ({"A": "b"}, lambda env: env.choice("A", ("a", "b")), "b"),
        ({}, lambda env: env.choice("A", ("a", "b"), "b"), "b"),
        ({"A": "s" * 32}, lambda env: env.secret("A"), "s" * 32),
        ({}, lambda env: env.secret("A", "d"), "d"),
        (
            {"A": "postgres://me@db/shop"},
            lambda env: env.database_url("A"),
            DatabaseUrl("postgres", "shop", "me", "", "db", 5432),
        ),
        (
            {"A": "postgresql://m%40e:p%2Fw@db:6000/shop"},
            lambda env: env.database_url("A"),
            DatabaseUrl("postgres", "shop", "m@e", "p/w", "db", 6000),
        ),
        (
            {"A": "postgres://me:old@db/shop", "DATABASE_PASSWORD": "new"},
            lambda env: env.database_url("A"),
            DatabaseUrl("postgres", "shop", "me", "new", "db", 5432),
        ),
        (
            {"A": "sqlite:////tmp/x"},
            lambda env: env.database_url("A"),
            DatabaseUrl("sqlite", "/tmp/x"),
        ),
        (
            {},
            lambda env: env.database_url("A", "sqlite:////tmp/y"),
            DatabaseUrl("sqlite", "/tmp/y"),
        ),
    ],
)
def test_a_valid_value_is_read(values: dict[str, str], read: Read, expected: object) -> None:
    with Environment(values) as env:
        assert read(env) == expected


MISSING, WRONG, SHORT = "A is missing", "A must be", "A is too short"


@pytest.mark.parametrize(
    ("values", "read", "problem"),
    [
        ({}, lambda env: env.text("A"), MISSING),
        ({"A": "!"}, lambda env: env.text("A", pattern="[a-z]", form="a letter"), WRONG),
        ({}, lambda env: env.integer("A", maximum=9), MISSING),
        (
            {"A": "10"},
            lambda env: env.integer("A", maximum=9),
            WRONG,
        ),
        ({"A": "-1"}, lambda env: env.integer("A", maximum=9), WRONG),
        (
            {"A": "\N{ARABIC-INDIC DIGIT ONE}"},
            lambda env: env.integer("A", maximum=9),
            WRONG,
        ),
        ({"A": "9" * 5000}, lambda env: env.integer("A"), WRONG),
        ({}, lambda env: env.choice("A", ("a", "b")), MISSING),
        ({"A": "c"}, lambda env: env.choice("A", ("a", "b")), WRONG),
        ({}, lambda env: env.secret("A"), MISSING),
        ({"A": "short"}, lambda env: env.secret("A"), SHORT),
        ({}, lambda env: env.database_url("A"), MISSING),
        ({"A": "mysql://me@db/shop"}, lambda env: env.database_url("A"), WRONG),
        ({"A": "postgres://db/shop"}, lambda env: env.database_url("A"), WRONG),
        ({"A": "postgres://me@db/"}, lambda env: env.database_url("A"), WRONG),
        ({"A": "postgres://me@/shop"}, lambda env: env.database_url("A"), WRONG),
        ({"A": "postgres://me@db:x/shop"}, lambda env: env.database_url("A"), WRONG),
        ({"A": "postgres://me@[db/shop"}, lambda env: env.database_url("A"), WRONG),
        ({"A": "postgres://me@db/shop?sslmode=no"}, lambda env: env.database_url("A"), WRONG),
        ({"A": "sqlite://host/x"}, lambda env: env.database_url("A"), WRONG),
        ({"A": "sqlite:///"}, lambda env: env.database_url("A"), WRONG),
    ],
)
def test_a_wrong_value_is_named_in_one_line(
    values: dict[str, str], read: Read, problem: str
) -> None:
    with pytest.raises(SettingError) as caught, Environment(values) as env:
        read(env)
    text = str(caught.value)
    assert problem in text
    assert "\n" not in text


def test_one_error_names_all_problems() -> None:
    with pytest.raises(SettingError, match=r"^A is missing.*; B is missing"), Environment({}) as e:
        e.text("A")
        e.text("B")


def test_an_exception_inside_the_block_is_not_hidden() -> None:
    with pytest.raises(KeyError), Environment({}) as env:
        env.text("A")
        raise KeyError


class TestFiles:
    def test_the_value_is_read_from_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        file.write_text("  from a file\n")
        with Environment({"A_FILE": str(file)}) as env:
            assert env.text("A") == "from a file"

    @pytest.mark.parametrize(
        ("content", "problem"),
        [(None, "No such file"), (b"", "is empty"), (b"\xff", "not UTF-8")],
    )
    def test_a_bad_file_is_named(self, tmp_path: Path, content: bytes | None, problem: str) -> None:
        file = tmp_path / "secret"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(SettingError, match=problem), Environment({"A_FILE": str(file)}) as env:
            env.secret("A")

    def test_a_value_and_a_file_are_refused(self) -> None:
        with (
            pytest.raises(SettingError, match="both set"),
            Environment({"A": "1", "A_FILE": "f"}) as e,
        ):
            e.text("A")


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "APPKIT_TEST", "here")
    with Environment() as env:
        assert env.text("APPKIT_TEST") == "here"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (DatabaseUrl("postgres", "n", "u", "secret", "h", 1), "DatabaseUrl(postgres://u@h:1/n)"),
        (DatabaseUrl("sqlite", "/f"), "DatabaseUrl(sqlite:///f)"),
    ],
)
def test_the_representation_has_no_password(url: DatabaseUrl, shown: str) -> None:
    assert repr(url) == shown


def test_a_wrong_setting_ends_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        exit_with(SettingError("A is missing"))
    assert caught.value.code == EXIT_CONFIG
    assert capsys.readouterr().err == "settings: A is missing\n"
