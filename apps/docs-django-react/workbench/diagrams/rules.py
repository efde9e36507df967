"""Validation of a drawing: pure functions over parsed JSON, without database or request."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, TypeGuard, get_args

from workbench.api import FieldError, field_error, is_object
from workbench.messages import Message
from workbench.text import is_one_line

type Kind = Literal["start", "step", "decision", "end"]

KINDS: tuple[str, ...] = get_args(Kind.__value__)
MAX_NAME = 80
MAX_LABEL = 80
MAX_EDGE_LABEL = 40
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
    """A directed connection between two nodes; `label` may be empty."""

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
    """Carries every error found in a drawing, not only the first."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("; ".join(each.message for each in errors))
        self.errors = errors


def parse_drawing(data: Mapping[str, object]) -> Drawing:
    """`{"name", "nodes": [{id, kind, label, x, y}], "edges": [{id, source, target, label}]}`."""
    reader = _Reader()
    name = reader.name(data)
    nodes = tuple(
        Node(
            id=reader.identifier(item, at, "id"),
            kind=reader.kind(item, at),
            label=reader.text(item, at, "label", Message.LABEL_REQUIRED, MAX_LABEL),
            x=reader.position(item, at, "x"),
            y=reader.position(item, at, "y"),
        )
        for at, item in reader.items(data, "nodes", MAX_NODES, Message.TOO_MANY_SHAPES)
    )
    edges = tuple(
        Edge(
            id=reader.identifier(item, at, "id"),
            source=reader.identifier(item, at, "source"),
            target=reader.identifier(item, at, "target"),
            label=reader.text(item, at, "label", None, MAX_EDGE_LABEL),
        )
        for at, item in reader.items(data, "edges", MAX_EDGES, Message.TOO_MANY_CONNECTIONS)
    )
    # Connections are checked only if every single field is valid.
    errors = reader.errors or [*_duplicate_ids(nodes, edges), *_connection_errors(nodes, edges)]
    if errors:
        raise InvalidDrawing(errors)
    return Drawing(name, nodes, edges)


def parse_name(data: Mapping[str, object]) -> str:
    """Only the `name` of a diagram, validated as in `parse_drawing`."""
    reader = _Reader()
    name = reader.name(data)
    if reader.errors:
        raise InvalidDrawing(reader.errors)
    return name


def _duplicate_ids(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Iterator[FieldError]:
    for field, ids in (("nodes", [node.id for node in nodes]), ("edges", [e.id for e in edges])):
        seen: set[str] = set()
        for index, identifier in enumerate(ids):
            if identifier in seen:
                yield field_error(f"{field}.{index}.id", Message.DUPLICATE_ID)
            seen.add(identifier)


def _connection_errors(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Iterator[FieldError]:
    kinds = {node.id: node.kind for node in nodes}
    seen: set[tuple[str, str]] = set()
    for index, edge in enumerate(edges):
        at = f"edges.{index}"
        for field, end in (("source", edge.source), ("target", edge.target)):
            if end not in kinds:
                yield field_error(f"{at}.{field}", Message.UNKNOWN_SHAPE)
        if edge.source == edge.target:
            yield field_error(f"{at}.target", Message.TO_SAME_SHAPE)
        if (edge.source, edge.target) in seen:
            yield field_error(f"{at}.target", Message.DUPLICATE_CONNECTION)
        seen.add((edge.source, edge.target))
        if kinds.get(edge.source) == "end":
            yield field_error(f"{at}.source", Message.FROM_END)
        if kinds.get(edge.target) == "start":
            yield field_error(f"{at}.target", Message.TO_START)


class _Reader:
    """Reads typed values from JSON and collects an error for each invalid field.

    An invalid field yields a placeholder of the right type, so that reading goes on; the caller
    discards the result if there are errors.
    """

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def items(
        self, data: Mapping[str, object], field: str, limit: int, too_many: Message
    ) -> Iterator[tuple[str, dict[str, object]]]:
        value = data.get(field)
        if not _is_list(value):
            self._add_error("", field, Message.LIST_REQUIRED)
        elif len(value) > limit:
            self._add_error("", field, too_many, limit=limit)
        else:
            for index, item in enumerate(value):
                if is_object(item):
                    yield f"{field}.{index}", item
                else:
                    self._add_error(field, str(index), Message.OBJECT_REQUIRED)

    def name(self, data: Mapping[str, object]) -> str:
        return self.text(data, "", "name", Message.DIAGRAM_NAME_REQUIRED, MAX_NAME)

    def text(
        self, data: Mapping[str, object], at: str, field: str, missing: Message | None, limit: int
    ) -> str:
        """The trimmed text; `missing` is the message for an empty one, None if it may be empty."""
        value = data.get(field)
        if not isinstance(value, str):
            self._add_error(at, field, missing or Message.TEXT_REQUIRED)
            return ""
        value = value.strip()
        if missing and not value:
            self._add_error(at, field, missing)
        if len(value) > limit:
            self._add_error(at, field, Message.TOO_LONG, limit=limit)
        if not is_one_line(value):
            self._add_error(at, field, Message.NOT_ONE_LINE)
        return value

    def identifier(self, data: Mapping[str, object], at: str, field: str) -> str:
        value = data.get(field)
        if isinstance(value, str) and IDENTIFIER.fullmatch(value):
            return value
        self._add_error(at, field, Message.INVALID_ID)
        return ""

    def kind(self, data: Mapping[str, object], at: str) -> str:
        value = data.get("kind")
        if isinstance(value, str) and value in KINDS:
            return value
        self._add_error(at, "kind", Message.UNKNOWN_CHOICE, choices=", ".join(KINDS))
        return ""

    def position(self, data: Mapping[str, object], at: str, field: str) -> float:
        value = data.get(field)
        # In Python bool is a subclass of int.
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and -MAX_POSITION <= value <= MAX_POSITION
        ):
            return round(float(value), 2)
        self._add_error(at, field, Message.INVALID_POSITION, limit=MAX_POSITION)
        return 0.0

    def _add_error(self, at: str, field: str, message: Message, **values: object) -> None:
        self.errors.append(field_error(f"{at}.{field}" if at else field, message, **values))


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
