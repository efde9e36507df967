"""What a diagram may be. Plain functions over parsed JSON; no database, no request."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, TypeGuard, get_args

from workbench.api import Fault, is_object
from workbench.text import is_one_line

type Kind = Literal["start", "step", "decision", "end"]

KINDS: tuple[str, ...] = get_args(Kind.__value__)
MAX_NAME = 80
MAX_LABEL = 80
MAX_WAY = 40
MAX_NODES = 200
MAX_EDGES = 400
MAX_POSITION = 100_000
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Node:
    """`x` and `y` are the top left corner, in pixels of the unzoomed canvas."""

    id: str
    kind: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Edge:
    """A way from one node to another; `label` may be empty."""

    id: str
    source: str
    target: str
    label: str


@dataclass(frozen=True)
class Drawing:
    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def node_rows(self) -> list[dict[str, object]]:
        return [asdict(node) for node in self.nodes]

    def edge_rows(self) -> list[dict[str, object]]:
        return [asdict(edge) for edge in self.edges]


class InvalidDrawing(Exception):
    """Everything that is wrong with a drawing, not only the first thing."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


def parse_drawing(data: Mapping[str, object]) -> Drawing:
    """`{"name", "nodes": [{id, kind, label, x, y}], "edges": [{id, source, target, label}]}`."""
    reader = _Reader()
    name = reader.name(data)
    nodes = tuple(
        Node(
            id=reader.identifier(item, at, "id"),
            kind=reader.kind(item, at),
            label=reader.text(item, at, "label", "Give this shape a text.", MAX_LABEL),
            x=reader.position(item, at, "x"),
            y=reader.position(item, at, "y"),
        )
        for at, item in reader.items(data, "nodes", MAX_NODES)
    )
    edges = tuple(
        Edge(
            id=reader.identifier(item, at, "id"),
            source=reader.identifier(item, at, "source"),
            target=reader.identifier(item, at, "target"),
            label=reader.text(item, at, "label", None, MAX_WAY),
        )
        for at, item in reader.items(data, "edges", MAX_EDGES)
    )
    # The way shapes hang together is looked at only when each of them can be read.
    faults = reader.faults or [*_repeated(nodes, edges), *_broken_ways(nodes, edges)]
    if faults:
        raise InvalidDrawing(faults)
    return Drawing(name, nodes, edges)


def parse_name(data: Mapping[str, object]) -> str:
    """The `name` of a diagram by itself, under the same rule."""
    reader = _Reader()
    name = reader.name(data)
    if reader.faults:
        raise InvalidDrawing(reader.faults)
    return name


def _repeated(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Iterator[Fault]:
    for field, ids in (("nodes", [node.id for node in nodes]), ("edges", [e.id for e in edges])):
        seen: set[str] = set()
        for index, identifier in enumerate(ids):
            if identifier in seen:
                yield Fault(f"{field}.{index}.id", "This id is used twice.")
            seen.add(identifier)


def _broken_ways(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Iterator[Fault]:
    kinds = {node.id: node.kind for node in nodes}
    seen: set[tuple[str, str]] = set()
    for index, edge in enumerate(edges):
        at = f"edges.{index}"
        for field, end in (("source", edge.source), ("target", edge.target)):
            if end not in kinds:
                yield Fault(f"{at}.{field}", "This way leads to a shape that is not there.")
        if edge.source == edge.target:
            yield Fault(f"{at}.target", "A way must lead to another shape.")
        if (edge.source, edge.target) in seen:
            yield Fault(f"{at}.target", "These two shapes are already connected.")
        seen.add((edge.source, edge.target))
        if kinds.get(edge.source) == "end":
            yield Fault(f"{at}.source", "Nothing leads out of an end.")
        if kinds.get(edge.target) == "start":
            yield Fault(f"{at}.target", "Nothing leads into a start.")


class _Reader:
    """Reads typed values out of JSON, and remembers each fault under its path.

    After a fault it returns a value of the right type: nobody sees it, since faults are raised.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def items(
        self, data: Mapping[str, object], field: str, limit: int
    ) -> Iterator[tuple[str, dict[str, object]]]:
        value = data.get(field)
        if not _is_list(value):
            self._fault("", field, "Send a list.")
        elif len(value) > limit:
            self._fault("", field, f"There can be at most {limit}.")
        else:
            for index, item in enumerate(value):
                if is_object(item):
                    yield f"{field}.{index}", item
                else:
                    self._fault(field, str(index), "Send an object.")

    def name(self, data: Mapping[str, object]) -> str:
        return self.text(data, "", "name", "Give the diagram a name.", MAX_NAME)

    def text(
        self, data: Mapping[str, object], at: str, field: str, missing: str | None, limit: int
    ) -> str:
        """Trimmed; `missing` is what to say when it is empty, None when it may be."""
        value = data.get(field)
        if not isinstance(value, str):
            self._fault(at, field, missing or "Send a text.")
            return ""
        value = value.strip()
        if missing and not value:
            self._fault(at, field, missing)
        if len(value) > limit:
            self._fault(at, field, f"Use at most {limit} characters.")
        if not is_one_line(value):
            self._fault(at, field, "Use letters, digits and signs only, on one line.")
        return value

    def identifier(self, data: Mapping[str, object], at: str, field: str) -> str:
        value = data.get(field)
        if isinstance(value, str) and IDENTIFIER.fullmatch(value):
            return value
        self._fault(at, field, "An id has 1 to 64 letters, digits, hyphens or underscores.")
        return ""

    def kind(self, data: Mapping[str, object], at: str) -> str:
        value = data.get("kind")
        if isinstance(value, str) and value in KINDS:
            return value
        self._fault(at, "kind", f"Choose one of {', '.join(KINDS)}.")
        return ""

    def position(self, data: Mapping[str, object], at: str, field: str) -> float:
        value = data.get(field)
        # A bool is an int to Python, but no place on a canvas.
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and -MAX_POSITION <= value <= MAX_POSITION
        ):
            return round(float(value), 2)
        self._fault(at, field, f"Send a number from -{MAX_POSITION} to {MAX_POSITION}.")
        return 0.0

    def _fault(self, at: str, field: str, message: str) -> None:
        self.faults.append(Fault(f"{at}.{field}" if at else field, message))


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
