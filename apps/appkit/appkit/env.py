"""Reads typed settings from environment variables.

Each setting `NAME` may be given as `NAME_FILE` instead: the path of a file that contains the value.
All problems are collected and reported together, in one line, so that an operator can correct all
of them before the next start.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, NoReturn, Self
from urllib.parse import unquote, urlsplit

EXIT_CONFIG = 78
"""The exit code of a process with wrong settings (`EX_CONFIG` of sysexits.h)."""

MIN_SECRET_LENGTH = 32
"""Minimum length of a secret, in characters."""


class SettingError(Exception):
    """Settings are missing or malformed. The message is one line that names each of them."""


@dataclass(frozen=True)
class DatabaseUrl:
    """Address of the database. For SQLite only `name` is set: the path of the file."""

    engine: Literal["postgres", "sqlite"]
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: int = 5432

    def __repr__(self) -> str:
        """Omits the password, because the text may be logged."""
        where = f"{self.user}@{self.host}:{self.port}/" if self.engine == "postgres" else ""
        return f"DatabaseUrl({self.engine}://{where}{self.name})"


class Environment:
    """Reads settings within a `with` block, whose end raises one `SettingError` for all problems.

    A method that finds a problem records it and returns a placeholder of its type. No caller can
    use the placeholder, because the end of the block raises.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        self._problems: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and self._problems:
            raise SettingError("; ".join(self._problems))

    def problem(self, text: str) -> None:
        """Records a problem: one line that names the setting and the remedy."""
        self._problems.append(text)

    def raw(self, name: str) -> str | None:
        """The value of `NAME`, or the content of the file `NAME_FILE` without outer white space.

        An empty value counts as unset, because compose passes an unset variable as "".
        """
        value, file = self._values.get(name, ""), self._values.get(f"{name}_FILE", "")
        if value and file:
            self.problem(f"{name} and {name}_FILE are both set: remove one of them")
        if value or not file:
            return value or None
        try:
            text = Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            self.problem(f"{name}_FILE: cannot read {file} ({reason})")
            return None
        if not text:
            self.problem(f"{name}_FILE: {file} is empty")
        return text or None

    def text(
        self, name: str, default: str | None = None, *, pattern: str = ".+", form: str = "a text"
    ) -> str:
        """A text that fully matches `pattern`; required unless there is a `default`.

        `form` describes the pattern in messages.
        """
        value = self.raw(name)
        if value is None:
            if default is None:
                self._missing(name, form)
            return default or ""
        if not re.fullmatch(pattern, value):
            self.problem(f"{name} must be {form}")
            return default or ""
        return value

    def integer(
        self, name: str, default: int | None = None, *, minimum: int = 0, maximum: int = 2**31
    ) -> int:
        """A whole number from `minimum` to `maximum`; required unless there is a `default`."""
        form = f"a whole number from {minimum} to {maximum}"
        value = self.raw(name)
        if value is None:
            if default is None:
                self._missing(name, form)
            return minimum if default is None else default
        if not re.fullmatch(r"[0-9]{1,10}", value) or not minimum <= int(value) <= maximum:
            self.problem(f"{name} must be {form}")
            return minimum
        return int(value)

    def choice[T: str](self, name: str, choices: Sequence[T], default: T | None = None) -> T:
        """One of `choices`; required unless there is a `default`."""
        value = self.raw(name)
        if value is None:
            if default is None:
                self._missing(name, f"one of {', '.join(choices)}")
            return default or choices[0]
        for choice in choices:
            if choice == value:
                return choice
        self.problem(f"{name} must be one of {', '.join(choices)}")
        return choices[0]

    def secret(self, name: str, default: str | None = None) -> str:
        """A secret; no message contains its value. Required unless there is a `default`."""
        value = self.raw(name)
        if value is None:
            if default is None:
                self.problem(f"{name} is missing: set it, or set {name}_FILE to a file that has it")
            return default or ""
        if len(value) < MIN_SECRET_LENGTH:
            self.problem(f"{name} is too short: use at least {MIN_SECRET_LENGTH} characters")
        return value

    def database_url(self, name: str, default: str | None = None) -> DatabaseUrl:
        """`postgres://user@host:5432/name` or `sqlite:////path`; required without `default`.

        `DATABASE_PASSWORD` or `DATABASE_PASSWORD_FILE` overrides the password of the address.
        """
        form = "like postgres://user@host:5432/name or sqlite:////path/file"
        value = self.raw(name) or default
        if value is None:
            self._missing(name, form)
            return DatabaseUrl("sqlite", ":memory:")
        try:
            parts = urlsplit(value)
            port = parts.port or 5432
        except ValueError:
            parts, port = urlsplit(""), 0
        path = unquote(parts.path.removeprefix("/"))
        if parts.scheme == "sqlite" and not parts.netloc and path:
            return DatabaseUrl("sqlite", path)
        complete = parts.hostname and parts.username and path and not parts.query
        if parts.scheme not in ("postgres", "postgresql") or not complete:
            self.problem(f"{name} must be {form}")
            return DatabaseUrl("sqlite", ":memory:")
        password = self.raw("DATABASE_PASSWORD") or unquote(parts.password or "")
        return DatabaseUrl(
            "postgres", path, unquote(parts.username or ""), password, parts.hostname or "", port
        )

    def _missing(self, name: str, form: str) -> None:
        self.problem(f"{name} is missing: set it to {form}")


def exit_with(error: SettingError) -> NoReturn:
    """Prints the message of the error and ends the process."""
    print(f"settings: {error}", file=sys.stderr, flush=True)
    raise SystemExit(EXIT_CONFIG)
