"""Typed reading of settings from the environment.

Every value `NAME` can also come as `NAME_FILE`, a file that holds it. All problems are collected,
so that an operator sees them at once, in one line, and mends them in one go.
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
"""The exit code of a start that its settings stopped (`EX_CONFIG` of sysexits.h)."""

MIN_SECRET = 32
"""Shortest secret that is accepted, in characters."""


class SettingError(Exception):
    """One or more settings are missing or malformed; the text is one line that names each."""


@dataclass(frozen=True)
class DatabaseUrl:
    """Where the data lives. For SQLite only `name`, the file's path, is set."""

    engine: Literal["postgres", "sqlite"]
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: int = 5432

    def __repr__(self) -> str:
        """Never shows the password: this may end in a log."""
        where = f"{self.user}@{self.host}:{self.port}/" if self.engine == "postgres" else ""
        return f"DatabaseUrl({self.engine}://{where}{self.name})"


class Environment:
    """Reads settings; leaving the `with` block raises one `SettingError` for all that is wrong.

    A reader that finds a problem notes it and returns a harmless value of its type, which nobody
    gets to use.
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
        """Notes what is wrong and what to do, in one line."""
        self._problems.append(text)

    def raw(self, name: str) -> str | None:
        """The value of `NAME`, or the content of `NAME_FILE` without surrounding white space.

        An empty value counts as absent: compose passes a variable that nobody set as "".
        """
        value, file = self._values.get(name, ""), self._values.get(f"{name}_FILE", "")
        if value and file:
            self.problem(f"{name} and {name}_FILE are both set: keep one")
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
        self, name: str, default: str | None = None, *, pattern: str = ".+", what: str = "a text"
    ) -> str:
        """A text that matches `pattern` as a whole; required without `default`."""
        value = self.raw(name)
        if value is None:
            if default is None:
                self._missing(name, what)
            return default or ""
        if not re.fullmatch(pattern, value):
            self.problem(f"{name} must be {what}")
            return default or ""
        return value

    def integer(
        self, name: str, default: int | None = None, *, least: int = 0, most: int = 2**31
    ) -> int:
        """A whole number from `least` to `most`."""
        what = f"a whole number from {least} to {most}"
        value = self.raw(name)
        if value is None:
            if default is None:
                self._missing(name, what)
            return least if default is None else default
        if not re.fullmatch(r"[0-9]{1,10}", value) or not least <= int(value) <= most:
            self.problem(f"{name} must be {what}")
            return least
        return int(value)

    def choice[T: str](self, name: str, choices: Sequence[T], default: T | None = None) -> T:
        """One of `choices`."""
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

    def secret(self, name: str, default: str | None = None, *, least: int = MIN_SECRET) -> str:
        """A secret of at least `least` characters; its value is never shown."""
        value = self.raw(name)
        if value is None:
            if default is None:
                self.problem(f"{name} is missing: set it, or {name}_FILE to a file that holds it")
            return default or ""
        if len(value) < least:
            self.problem(f"{name} is too short: give it at least {least} characters")
        return value

    def database_url(self, name: str, default: str | None = None) -> DatabaseUrl:
        """`postgres://user@host:5432/name` or `sqlite:////path`; required without `default`.

        The password comes from the address or, rather, from `DATABASE_PASSWORD[_FILE]`.
        """
        what = "like postgres://user@host:5432/name or sqlite:////path/file"
        value = self.raw(name) or default
        if value is None:
            self._missing(name, what)
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
            self.problem(f"{name} must be {what}")
            return DatabaseUrl("sqlite", ":memory:")
        password = self.raw("DATABASE_PASSWORD") or unquote(parts.password or "")
        return DatabaseUrl(
            "postgres", path, unquote(parts.username or ""), password, parts.hostname or "", port
        )

    def _missing(self, name: str, what: str) -> None:
        self.problem(f"{name} is missing: set it to {what}")


def stop_for(error: SettingError) -> NoReturn:
    """Ends the process with the one line that says which setting is wrong."""
    print(f"settings: {error}", file=sys.stderr, flush=True)
    raise SystemExit(EXIT_CONFIG)
