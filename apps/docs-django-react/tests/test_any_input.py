"""Generated requests against every address: never an error of ours, nothing stored unruly."""

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
from workbench.diagrams.rules import KINDS, MAX_LABEL, MAX_NAME, MAX_WAY, parse_drawing

pytestmark = pytest.mark.django_db

REFUSALS = {400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
FORBIDDEN = {(one, other) for one in KINDS for other in KINDS if one == "end" or other == "start"}
NOWHERE = "00000000-0000-4000-8000-000000000000"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
one_line = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")))


def label(limit: int, least: int = 1) -> st.SearchStrategy[str]:
    return one_line.map(lambda text: text[:limit].strip()).filter(lambda text: len(text) >= least)


@st.composite
def drawings(draw: st.DrawFn) -> dict[str, Any]:
    """A drawing that keeps every rule, cycles included."""
    identifier = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=64)
    place = st.floats(-100_000, 100_000)
    nodes = [
        {
            "id": name,
            "kind": draw(st.sampled_from(KINDS)),
            "label": draw(label(MAX_LABEL)),
            "x": draw(place),
            "y": draw(place),
        }
        for name in draw(st.lists(identifier, max_size=6, unique=True))
    ]
    pairs = [
        (source["id"], target["id"])
        for source in nodes
        for target in nodes
        if source is not target and source["kind"] != "end" and target["kind"] != "start"
    ]
    ways = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8)) if pairs else []
    edges = [
        {"id": f"w{index}", "source": source, "target": target, "label": draw(label(MAX_WAY, 0))}
        for index, (source, target) in enumerate(ways)
    ]
    return {"name": draw(label(MAX_NAME)), "nodes": nodes, "edges": edges}


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A drawing in which one value, somewhere, is another one."""
    drawing = draw(drawings())
    places: list[dict[str, Any]] = [drawing, *drawing["nodes"], *drawing["edges"]]
    place = draw(st.sampled_from(places))
    place[draw(st.sampled_from(sorted(place)))] = draw(anything)
    return drawing


@pytest.fixture
def diagram() -> Diagram:
    return store.create(parse_drawing({"name": "Tea", "nodes": [], "edges": []}))


def send(client: Client, method: str, url: str, body: object) -> Any:
    return client.generic(method, url, json.dumps(body), content_type="application/json")


def refused(answer: Any) -> bool:
    """Whether it is a refusal; it then has the shape of one."""
    if answer.status_code < 400:
        return False
    assert answer.status_code in REFUSALS
    body = answer.json()
    assert body["title"]
    assert all(set(error) == {"path", "message"} for error in body["errors"])
    return True


def lawful(stored: dict[str, Any]) -> None:
    """The rules once more, in other words than `rules.py` has for them."""
    kinds = {node["id"]: node["kind"] for node in stored["nodes"]}
    ways = [(edge["source"], edge["target"]) for edge in stored["edges"]]
    assert 1 <= len(stored["name"]) <= MAX_NAME
    assert len(kinds) == len(stored["nodes"]) <= 200
    assert len(set(ways)) == len(ways) <= 400
    assert len({edge["id"] for edge in stored["edges"]}) == len(ways)
    assert set(kinds.values()) <= set(KINDS)
    for source, target in ways:
        assert source != target
        assert (kinds[source], kinds[target]) not in FORBIDDEN
    for node in stored["nodes"]:
        assert 1 <= len(node["label"]) <= MAX_LABEL
        assert max(abs(node["x"]), abs(node["y"])) <= 100_000


@given(drawings())
def test_what_keeps_the_rules_comes_back_as_it_was_sent(
    client: Client, drawing: dict[str, Any]
) -> None:
    made = send(client, "POST", "/api/diagrams", drawing)
    assert made.status_code == 201
    found = client.get(made["Location"]).json()
    lawful(found)
    assert {**found, "nodes": [], "edges": []} == {**made.json(), "nodes": [], "edges": []}
    assert found["name"] == drawing["name"]
    assert [node["label"] for node in found["nodes"]] == [n["label"] for n in drawing["nodes"]]
    assert found["edges"] == drawing["edges"]
    Diagram.objects.filter(pk=found["id"]).delete()


@given(spoilt() | anything)
def test_what_is_stored_keeps_the_rules(client: Client, body: object) -> None:
    before = Diagram.objects.count()
    made = send(client, "POST", "/api/diagrams", body)
    if refused(made):
        assert Diagram.objects.count() == before
    else:
        stored = client.get(made["Location"]).json()
        lawful(stored)
        assert parse_drawing(stored).node_rows() == stored["nodes"]
        Diagram.objects.filter(pk=stored["id"]).delete()


@given(method=st.sampled_from(["PUT", "PATCH"]), body=spoilt() | anything, version=anything)
def test_who_saves_stores_something_lawful_or_nothing(
    client: Client, diagram: Diagram, method: str, body: object, version: object
) -> None:
    url = f"/api/diagrams/{diagram.pk}"
    before = client.get(url).json()
    current = version if isinstance(version, str) else before["version"]
    sent = {**body, "version": current} if isinstance(body, dict) else body
    answer = send(client, method, url, sent)
    after = client.get(url).json()
    if refused(answer):
        assert after == before
    else:
        lawful(after)
        assert after["version"] == before["version"] + 1


@given(anything)
@example({"name": "ada", "password": "\ud800"})
def test_anything_may_be_tried_as_an_account(client: Client, body: object) -> None:
    assert refused(send(client, "POST", "/api/session", body))
    assert client.get("/api/session").json()["user"] is None


@given(st.fixed_dictionaries({"name": st.text(), "password": st.text()}))
def test_any_name_and_password_are_refused(client: Client, body: object) -> None:
    Allowance.objects.all().delete()
    assert refused(send(client, "POST", "/api/session", body))


@given(st.fixed_dictionaries({"current": st.text(), "new": st.text()}) | anything)
def test_a_password_is_changed_only_by_who_knows_it(
    client: Client, ada: User, body: object
) -> None:
    Allowance.objects.all().delete()
    client.force_login(ada)
    assert refused(send(client, "PUT", "/api/password", body))
    ada.refresh_from_db()
    assert ada.check_password("open sesame")


@given(
    method=st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]),
    path=st.sampled_from(["session", "password", "diagrams", f"diagrams/{NOWHERE}", "csrf"]),
    kind=st.sampled_from(
        ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/html"]
    )
    | st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    body=st.binary(),
    strict=st.booleans(),
)
def test_any_bytes_of_any_kind(
    method: str, path: str, kind: str, body: bytes, strict: bool
) -> None:
    answer = Client(enforce_csrf_checks=strict).generic(
        method, f"/api/{path}", body, content_type=kind
    )
    assert refused(answer) or (method, path) == ("DELETE", "session")


@given(
    path=st.sampled_from(["dashboard", "diagrams", "session", "csrf", "openapi.json"]) | st.text(),
    query=st.dictionaries(
        st.sampled_from(["range", "page", "q"]) | st.text(), st.text() | st.integers()
    ),
)
def test_anything_may_be_asked_for(client: Client, path: str, query: dict[str, Any]) -> None:
    try:
        address = quote(path)
    except UnicodeEncodeError:
        assume(False)
    answer = client.get(f"/api/{address}", query)
    assert answer["Content-Type"] == "application/json"
    assert refused(answer) or answer.status_code == 200


@given(st.text(st.characters(codec="utf-8")), st.dictionaries(st.text(), st.text()))
def test_every_page_is_the_page(client: Client, path: str, query: dict[str, str]) -> None:
    answer = client.get(f"/{quote(path)}", query)
    assert answer.status_code in (200, 301, 404)
