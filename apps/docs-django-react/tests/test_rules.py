import json
from copy import deepcopy
from typing import Any

import pytest

from workbench.diagrams import demo, rules
from workbench.diagrams.rules import InvalidDrawing, parse_drawing

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


def errors_of(data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidDrawing) as caught:
        parse_drawing(data)
    return [(error.path, error.message) for error in caught.value.errors]


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
    ("path", "value", "message"),
    [
        ("name", None, "Give the diagram a name."),
        ("name", 7, "Give the diagram a name."),
        ("name", "", "Give the diagram a name."),
        ("name", " \t ", "Give the diagram a name."),
        ("name", "n" * 81, "Use at most 80 characters."),
        ("name", "a\x00b", "Use letters, digits and signs only, on one line."),
        ("name", "a\u2028b", "Use letters, digits and signs only, on one line."),
        ("name", "a\nb", "Use letters, digits and signs only, on one line."),
        ("name", json.loads(r'"\ud800"'), "Use letters, digits and signs only, on one line."),
        ("nodes", None, "Send a list."),
        ("nodes", {"0": {}}, "Send a list."),
        ("nodes", [{}] * 201, "There can be at most 200."),
        ("nodes.1", "b", "Send an object."),
        ("nodes.1.id", "", "An id has 1 to 64 letters, digits, hyphens or underscores."),
        ("nodes.1.id", "b b", "An id has 1 to 64 letters, digits, hyphens or underscores."),
        ("nodes.1.id", "b\n", "An id has 1 to 64 letters, digits, hyphens or underscores."),
        ("nodes.1.id", 1, "An id has 1 to 64 letters, digits, hyphens or underscores."),
        ("nodes.1.id", "i" * 65, "An id has 1 to 64 letters, digits, hyphens or underscores."),
        ("nodes.1.kind", "circle", "Choose one of start, step, decision, end."),
        ("nodes.1.kind", ["step"], "Choose one of start, step, decision, end."),
        ("nodes.1.label", "", "Give this shape a text."),
        ("nodes.1.label", "l" * 81, "Use at most 80 characters."),
        ("nodes.1.x", "0", "Send a number from -100000 to 100000."),
        ("nodes.1.x", True, "Send a number from -100000 to 100000."),
        ("nodes.1.x", 100_001, "Send a number from -100000 to 100000."),
        ("nodes.1.y", -1e300, "Send a number from -100000 to 100000."),
        ("nodes.1.y", float("inf"), "Send a number from -100000 to 100000."),
        ("nodes.1.y", float("nan"), "Send a number from -100000 to 100000."),
        ("nodes.1.y", 10**400, "Send a number from -100000 to 100000."),
        ("edges", "none", "Send a list."),
        ("edges", [{}] * 401, "There can be at most 400."),
        ("edges.0", [], "Send an object."),
        ("edges.0.id", None, "An id has 1 to 64 letters, digits, hyphens or underscores."),
        ("edges.0.source", None, "An id has 1 to 64 letters, digits, hyphens or underscores."),
        ("edges.0.target", {}, "An id has 1 to 64 letters, digits, hyphens or underscores."),
        ("edges.0.label", None, "Send a text."),
        ("edges.0.label", "w" * 41, "Use at most 40 characters."),
        ("nodes.2.id", "a", "This id is used twice."),
        ("edges.1.id", "e", "This id is used twice."),
        ("edges.0.source", "z", "This way leads to a shape that is not there."),
        ("edges.1.target", "z", "This way leads to a shape that is not there."),
        ("edges.1.target", "b", "A way must lead to another shape."),
        ("edges.1.source", "c", "Nothing leads out of an end."),
        ("edges.1.target", "a", "Nothing leads into a start."),
    ],
)
def test_an_invalid_value_is_reported(path: str, value: object, message: str) -> None:
    assert (path, message) in errors_of(changed(path, value))


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
    assert errors_of(data) == [("edges.1.target", "These two shapes are already connected.")]


def test_all_errors_are_reported_at_once() -> None:
    data = changed("name", "")
    data["nodes"][0]["label"] = ""
    data["edges"][0]["id"] = "?"
    assert [path for path, _ in errors_of(data)] == ["name", "nodes.0.label", "edges.0.id"]


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
