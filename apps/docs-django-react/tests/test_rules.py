import json
from copy import deepcopy
from typing import Any

import pytest

from workbench.api import FieldError, field_error
from workbench.diagrams import demo, rules
from workbench.diagrams.rules import InvalidDrawing, parse_drawing
from workbench.messages import Message

VALID: dict[str, Any] = {
    "name": "  Tea ",
    "nodes": [
        {"id": "a", "kind": "start", "label": "Thirst", "x": 0, "y": 0},
        {"id": "b", "kind": "decision", "label": "Water? 🫖", "x": -1.005, "y": 120},
        {"id": "c", "kind": "end", "label": "Tea", "x": 0, "y": 240.126, "color": "red"},
    ],
    "edges": [
        {"id": "e", "source": "a", "target": "b", "label": ""},
        {"id": "f", "source": "b", "target": "c", "label": " yes "},
    ],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """A copy of `VALID` with another value at a dotted path; `None` removes the value."""
    data = deepcopy(VALID)
    *parents, last = path.split(".")
    parent: Any = data
    for step in parents:
        parent = parent[int(step)] if isinstance(parent, list) else parent[step]
    key = int(last) if isinstance(parent, list) else last
    if value is None:
        del parent[key]
    else:
        parent[key] = value
    return data


def errors_of(data: dict[str, Any]) -> list[FieldError]:
    with pytest.raises(InvalidDrawing) as caught:
        parse_drawing(data)
    return caught.value.errors


def test_a_valid_drawing_is_trimmed_and_rounded_and_drops_unknown_fields() -> None:
    drawing = parse_drawing(VALID)
    assert drawing.name == "Tea"
    assert drawing.node_rows()[2] == {
        "id": "c",
        "kind": "end",
        "label": "Tea",
        "x": 0.0,
        "y": 240.13,
    }
    assert drawing.edge_rows()[1]["label"] == "yes"


@pytest.mark.parametrize("data", [demo.ORDER, demo.RETURN])
def test_the_demo_diagrams_are_valid(data: dict[str, object]) -> None:
    assert parse_drawing(data).nodes


def test_a_drawing_may_be_empty() -> None:
    assert parse_drawing({"name": "Nothing", "nodes": [], "edges": []}).nodes == ()


@pytest.mark.parametrize(
    ("path", "value", "code", "values"),
    [
        ("name", None, "diagram_name_required", {}),
        ("name", 7, "diagram_name_required", {}),
        ("name", "", "diagram_name_required", {}),
        ("name", " \t ", "diagram_name_required", {}),
        ("name", "n" * 81, "too_long", {"limit": 80}),
        ("name", "a\x00b", "not_one_line", {}),
        ("name", "a\u2028b", "not_one_line", {}),
        ("name", "a\nb", "not_one_line", {}),
        ("name", json.loads(r'"\ud800"'), "not_one_line", {}),
        ("nodes", None, "list_required", {}),
        ("nodes", {"0": {}}, "list_required", {}),
        ("nodes", [{}] * 201, "too_many_shapes", {"limit": 200}),
        ("nodes.1", "b", "object_required", {}),
        ("nodes.1.id", "", "invalid_id", {}),
        ("nodes.1.id", "b b", "invalid_id", {}),
        ("nodes.1.id", "b\n", "invalid_id", {}),
        ("nodes.1.id", 1, "invalid_id", {}),
        ("nodes.1.id", "i" * 65, "invalid_id", {}),
        ("nodes.1.kind", "circle", "unknown_choice", {"choices": "start, step, decision, end"}),
        ("nodes.1.kind", ["step"], "unknown_choice", {"choices": "start, step, decision, end"}),
        ("nodes.1.label", "", "label_required", {}),
        ("nodes.1.label", "l" * 81, "too_long", {"limit": 80}),
        ("nodes.1.x", "0", "invalid_position", {"limit": 100_000}),
        ("nodes.1.x", True, "invalid_position", {"limit": 100_000}),
        ("nodes.1.x", 100_001, "invalid_position", {"limit": 100_000}),
        ("nodes.1.y", -1e300, "invalid_position", {"limit": 100_000}),
        ("nodes.1.y", float("inf"), "invalid_position", {"limit": 100_000}),
        ("nodes.1.y", float("nan"), "invalid_position", {"limit": 100_000}),
        ("nodes.1.y", 10**400, "invalid_position", {"limit": 100_000}),
        ("edges", "none", "list_required", {}),
        ("edges", [{}] * 401, "too_many_connections", {"limit": 400}),
        ("edges.0", [], "object_required", {}),
        ("edges.0.id", None, "invalid_id", {}),
        ("edges.0.source", None, "invalid_id", {}),
        ("edges.0.target", {}, "invalid_id", {}),
        ("edges.0.label", None, "text_required", {}),
        ("edges.0.label", "w" * 41, "too_long", {"limit": 40}),
        ("nodes.2.id", "a", "duplicate_id", {}),
        ("edges.1.id", "e", "duplicate_id", {}),
        ("edges.0.source", "z", "unknown_shape", {}),
        ("edges.1.target", "z", "unknown_shape", {}),
        ("edges.1.target", "b", "to_same_shape", {}),
        ("edges.1.source", "c", "from_end", {}),
        ("edges.1.target", "a", "to_start", {}),
    ],
)
def test_an_invalid_value_is_reported(
    path: str, value: object, code: str, values: dict[str, object]
) -> None:
    found = errors_of(changed(path, value))
    assert (path, code, values) in [(error.path, error.code, error.values) for error in found]


def test_cycles_are_allowed() -> None:
    data = changed("edges.1", {"id": "f", "source": "b", "target": "d", "label": ""})
    data["nodes"].append({"id": "d", "kind": "step", "label": "Wait", "x": 0, "y": 0})
    data["edges"].append({"id": "g", "source": "d", "target": "b", "label": "again"})
    assert len(parse_drawing(data).edges) == 3


def test_markup_is_kept_as_plain_text() -> None:
    script = "<script>alert(1)</script>"
    assert parse_drawing(changed("nodes.1.label", script)).nodes[1].label == script


def test_a_duplicate_edge_is_rejected() -> None:
    data = changed("edges.1", {"id": "f", "source": "a", "target": "b", "label": "again"})
    assert errors_of(data) == [field_error("edges.1.target", Message.DUPLICATE_CONNECTION)]


def test_all_errors_are_reported_at_once() -> None:
    data = changed("name", "")
    data["nodes"][0]["label"] = ""
    data["edges"][0]["id"] = "?"
    assert [error.path for error in errors_of(data)] == ["name", "nodes.0.label", "edges.0.id"]


def test_the_largest_drawing_fits_into_a_request(settings: Any) -> None:
    """The largest drawing has four bytes per character and ids of maximal length."""
    nodes = [
        {"id": f"{index:064}", "kind": "decision", "label": "🫖" * 80, "x": -99999.99, "y": 0.01}
        for index in range(rules.MAX_NODES)
    ]
    edges = [
        {
            "id": f"{index:064}",
            "source": f"{index % 200:064}",
            "target": f"{(index + 1 + index // 200) % 200:064}",
            "label": "🫖" * 40,
        }
        for index in range(rules.MAX_EDGES)
    ]
    data: dict[str, object] = {"name": "🫖" * 80, "nodes": nodes, "edges": edges}
    assert len(parse_drawing(data).edges) == rules.MAX_EDGES
    assert len(json.dumps(data, ensure_ascii=False).encode()) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
