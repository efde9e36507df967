"""Generated requests against every URL: no server error, and no invalid data is stored."""

import json
import string
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import assume, example, given
from hypothesis import strategies as st

from appkit.django.models import Allowance
from workbench.diagrams import store
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import KINDS, MAX_EDGE_LABEL, MAX_LABEL, MAX_NAME, parse_drawing

pytestmark = pytest.mark.django_db

CLIENT_ERRORS = {400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
FORBIDDEN_EDGES = {
    (one, other) for one in KINDS for other in KINDS if one == "end" or other == "start"
}
MISSING_ID = "00000000-0000-4000-8000-000000000000"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
one_line = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")))


def label(limit: int, min_length: int = 1) -> st.SearchStrategy[str]:
    return one_line.map(lambda text: text[:limit].strip()).filter(
        lambda text: len(text) >= min_length
    )


@st.composite
def drawings(draw: st.DrawFn) -> dict[str, Any]:
    """Valid drawings, including cyclic ones."""
    identifier = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=64)
    position = st.floats(-100_000, 100_000)
    nodes = [
        {
            "id": name,
            "kind": draw(st.sampled_from(KINDS)),
            "label": draw(label(MAX_LABEL)),
            "x": draw(position),
            "y": draw(position),
        }
        for name in draw(st.lists(identifier, max_size=6, unique=True))
    ]
    pairs = [
        (source["id"], target["id"])
        for source in nodes
        for target in nodes
        if source is not target and source["kind"] != "end" and target["kind"] != "start"
    ]
    connections = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8)) if pairs else []
    edges = [
        {
            "id": f"e{index}",
            "source": source,
            "target": target,
            "label": draw(label(MAX_EDGE_LABEL, 0)),
        }
        for index, (source, target) in enumerate(connections)
    ]
    return {"name": draw(label(MAX_NAME)), "nodes": nodes, "edges": edges}


@st.composite
def corrupted_drawings(draw: st.DrawFn) -> dict[str, Any]:
    """Drawings in which one value is replaced by anything."""
    drawing = draw(drawings())
    objects: list[dict[str, Any]] = [drawing, *drawing["nodes"], *drawing["edges"]]
    corrupted = draw(st.sampled_from(objects))
    corrupted[draw(st.sampled_from(sorted(corrupted)))] = draw(anything)
    return drawing


@pytest.fixture
def diagram() -> Diagram:
    return store.create(parse_drawing({"name": "Tea", "nodes": [], "edges": []}))


def send(client: Client, method: str, url: str, body: object) -> Any:
    return client.generic(method, url, json.dumps(body), content_type="application/json")


def is_client_error(response: Any) -> bool:
    """Whether the response is a client error; if so, asserts the shape of its body."""
    if response.status_code < 400:
        return False
    assert response.status_code in CLIENT_ERRORS
    body = response.json()
    assert body["code"]
    assert body["title"]
    assert all(set(error) == {"path", "code", "message"} for error in body["errors"])
    return True


def assert_valid(stored: dict[str, Any]) -> None:
    """Asserts the validation rules, written independently of `rules.py`."""
    kinds = {node["id"]: node["kind"] for node in stored["nodes"]}
    connections = [(edge["source"], edge["target"]) for edge in stored["edges"]]
    assert 1 <= len(stored["name"]) <= MAX_NAME
    assert len(kinds) == len(stored["nodes"]) <= 200
    assert len(set(connections)) == len(connections) <= 400
    assert len({edge["id"] for edge in stored["edges"]}) == len(connections)
    assert set(kinds.values()) <= set(KINDS)
    for source, target in connections:
        assert source != target
        assert (kinds[source], kinds[target]) not in FORBIDDEN_EDGES
    for node in stored["nodes"]:
        assert 1 <= len(node["label"]) <= MAX_LABEL
        assert max(abs(node["x"]), abs(node["y"])) <= 100_000


@given(drawings())
def test_a_valid_drawing_is_returned_unchanged(client: Client, drawing: dict[str, Any]) -> None:
    created = send(client, "POST", "/api/diagrams", drawing)
    assert created.status_code == 201
    found = client.get(created["Location"]).json()
    assert_valid(found)
    assert {**found, "nodes": [], "edges": []} == {**created.json(), "nodes": [], "edges": []}
    assert found["name"] == drawing["name"]
    assert [node["label"] for node in found["nodes"]] == [n["label"] for n in drawing["nodes"]]
    assert found["edges"] == drawing["edges"]
    Diagram.objects.filter(pk=found["id"]).delete()


@given(corrupted_drawings() | anything)
def test_only_valid_drawings_are_created(client: Client, body: object) -> None:
    before = Diagram.objects.count()
    created = send(client, "POST", "/api/diagrams", body)
    if is_client_error(created):
        assert Diagram.objects.count() == before
    else:
        stored = client.get(created["Location"]).json()
        assert_valid(stored)
        assert parse_drawing(stored).node_rows() == stored["nodes"]
        Diagram.objects.filter(pk=stored["id"]).delete()


@given(
    method=st.sampled_from(["PUT", "PATCH"]), body=corrupted_drawings() | anything, version=anything
)
def test_saving_stores_a_valid_drawing_or_nothing(
    client: Client, diagram: Diagram, method: str, body: object, version: object
) -> None:
    url = f"/api/diagrams/{diagram.pk}"
    before = client.get(url).json()
    current = version if isinstance(version, str) else before["version"]
    sent = {**body, "version": current} if isinstance(body, dict) else body
    response = send(client, method, url, sent)
    after = client.get(url).json()
    if is_client_error(response):
        assert after == before
    else:
        assert_valid(after)
        assert after["version"] == before["version"] + 1


@given(anything)
@example({"name": "ada", "password": "\ud800"})
def test_any_json_as_credentials_is_rejected(client: Client, body: object) -> None:
    assert is_client_error(send(client, "POST", "/api/session", body))
    assert client.get("/api/session").json()["user"] is None


@given(st.fixed_dictionaries({"name": st.text(), "password": st.text()}))
def test_any_unknown_name_and_password_are_rejected(client: Client, body: object) -> None:
    Allowance.objects.all().delete()
    assert is_client_error(send(client, "POST", "/api/session", body))


@given(st.fixed_dictionaries({"current": st.text(), "new": st.text()}) | anything)
def test_changing_the_password_requires_the_current_one(
    client: Client, ada: User, body: object
) -> None:
    Allowance.objects.all().delete()
    client.force_login(ada)
    assert is_client_error(send(client, "PUT", "/api/password", body))
    ada.refresh_from_db()
    assert ada.check_password("open sesame")


@given(
    method=st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]),
    path=st.sampled_from(["session", "password", "diagrams", f"diagrams/{MISSING_ID}", "csrf"]),
    kind=st.sampled_from(
        ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/html"]
    )
    | st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    body=st.binary(),
    strict=st.booleans(),
)
def test_any_body_of_any_content_type_is_handled(
    method: str, path: str, kind: str, body: bytes, strict: bool
) -> None:
    response = Client(enforce_csrf_checks=strict).generic(
        method, f"/api/{path}", body, content_type=kind
    )
    assert is_client_error(response) or (method, path) == ("DELETE", "session")


@given(
    path=st.sampled_from(["dashboard", "diagrams", "session", "csrf", "openapi.json"]) | st.text(),
    query=st.dictionaries(
        st.sampled_from(["range", "page", "q"]) | st.text(), st.text() | st.integers()
    ),
)
def test_any_path_and_query_is_handled(client: Client, path: str, query: dict[str, Any]) -> None:
    try:
        address = quote(path)
    except UnicodeEncodeError:
        assume(False)
    response = client.get(f"/api/{address}", query)
    assert response["Content-Type"] == "application/json"
    assert is_client_error(response) or response.status_code == 200


@given(st.text(st.characters(codec="utf-8")), st.dictionaries(st.text(), st.text()))
def test_any_page_url_is_handled(client: Client, path: str, query: dict[str, str]) -> None:
    response = client.get(f"/{quote(path)}", query)
    assert response.status_code in (200, 301, 404)
