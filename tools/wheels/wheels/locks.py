"""Locks: files of requirements with versions and hashes, as `uv pip compile` writes them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")


@dataclass(frozen=True)
class Pin:
    """One requirement of a lock."""

    name: str
    """As wheels are named: lower case, with underscores."""
    version: str
    requirement: str
    """The version and the hashes, for pip. No marker: it would pass over what is locked."""


def normal(name: str) -> str:
    """A distribution's name as in the names of its wheels."""
    return re.sub(r"[-_.]+", "_", name).lower()


def pins(lock: str) -> Iterator[tuple[int, Pin]]:
    """The pins of a lock with their lines, from 1. Raises `ValueError` for anything else."""
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
            raise ValueError(f"line {first} is no version with hashes: {requirement[:80]}")
        everywhere = re.sub(r"\s*;.*?(?= --hash=)", "", requirement)
        yield first, Pin(normal(found["name"]), found["version"], everywhere)


def rounds(wanted: Iterable[Pin]) -> list[list[Pin]]:
    """As few lists as can be that name no distribution twice: pip takes one version at a time."""
    lists: list[dict[str, Pin]] = []
    for pin in sorted(set(wanted), key=lambda pin: pin.requirement):
        place = next((place for place in lists if pin.name not in place), None)
        if place is None:
            lists.append(place := {})
        place[pin.name] = pin
    return [list(place.values()) for place in lists]
