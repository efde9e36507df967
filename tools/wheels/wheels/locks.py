"""Reads lock files: requirements with versions and hashes, as `uv pip compile` writes them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")


@dataclass(frozen=True)
class Pin:
    """One requirement of a lock file."""

    name: str
    """The normalized name, as in the file names of wheels: lower case, with underscores."""
    version: str
    requirement: str
    """The line for pip, with the version and the hashes.

    It has no environment marker, because pip would skip a requirement whose marker does not match.
    """


def normal(name: str) -> str:
    """Normalizes the name of a distribution as in the file names of its wheels."""
    return re.sub(r"[-_.]+", "_", name).lower()


def pins(lock: str) -> Iterator[tuple[int, Pin]]:
    """Yields the pins of a lock file with their line numbers, from 1.

    Raises `ValueError` if a requirement has no version or no hash.
    """
    first, parts = 0, list[str]()
    for number, line in enumerate(lock.splitlines(), start=1):
        text = line.split(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        first = first if parts else number
        parts.append(text.removesuffix("\\").strip())
        if text.endswith("\\"):
            continue
        requirement, parts = " ".join(parts), []
        found = REQUIREMENT.match(requirement)
        if found is None or "--hash=" not in requirement:
            raise ValueError(f"line {first} has no exact version with hashes: {requirement[:80]}")
        everywhere = re.sub(r"\s*;.*?(?= --hash=)", "", requirement)
        yield first, Pin(normal(found["name"]), found["version"], everywhere)


def rounds(wanted: Iterable[Pin]) -> list[list[Pin]]:
    """Groups pins into as few lists as possible, each with at most one version of a distribution.

    One run of pip accepts only one version of a distribution.
    """
    lists: list[dict[str, Pin]] = []
    for pin in sorted(set(wanted), key=lambda pin: pin.requirement):
        place = next((place for place in lists if pin.name not in place), None)
        if place is None:
            lists.append(place := {})
        place[pin.name] = pin
    return [list(place.values()) for place in lists]
