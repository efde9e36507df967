from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from workbench.api import Refusal
from workbench.diagrams import store
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import parse_drawing

pytestmark = pytest.mark.django_db

DRAWING: dict[str, Any] = {
    "name": "Tea",
    "nodes": [{"id": "a", "kind": "start", "label": "Thirst", "x": 0, "y": 0}],
    "edges": [],
}
NOWHERE = "/api/diagrams/00000000-0000-4000-8000-000000000000"


@pytest.fixture
def diagram() -> Diagram:
    return store.create(parse_drawing(DRAWING))


def put(client: Client, url: str, data: object) -> Any:
    return client.put(url, data, content_type="application/json")


def test_a_new_diagram_can_be_read_back(client: Client) -> None:
    made = client.post("/api/diagrams", DRAWING, content_type="application/json")
    assert made.status_code == 201
    body = made.json()
    assert made["Location"] == f"/api/diagrams/{body['id']}"
    assert client.get(made["Location"]).json() == body
    assert body["version"] == 1
    assert body["nodes"] == [{"id": "a", "kind": "start", "label": "Thirst", "x": 0.0, "y": 0.0}]


def test_the_address_of_a_new_diagram_is_below_the_prefix(client: Client, mount: str) -> None:
    made = client.post("/api/diagrams", DRAWING, content_type="application/json")
    assert made["Location"].startswith(f"{mount}/api/diagrams/")


def test_the_list_has_the_last_saved_first(client: Client, diagram: Diagram) -> None:
    other = store.create(parse_drawing({**DRAWING, "name": "Coffee"}))
    put(client, f"/api/diagrams/{diagram.pk}", {**DRAWING, "version": 1})
    rows = client.get("/api/diagrams").json()["diagrams"]
    assert [row["id"] for row in rows] == [str(diagram.pk), str(other.pk)]
    assert (rows[0]["name"], rows[0]["version"], rows[0]["shapes"]) == ("Tea", 2, 1)
    assert "nodes" not in rows[0]


class TestThePagesOfTheList:
    @pytest.fixture(autouse=True)
    def thirteen(self) -> None:
        for number in range(store.PAGE_SIZE + 1):
            store.create(parse_drawing({**DRAWING, "name": f"Plan {number}"}))

    def names(self, client: Client, **query: str) -> tuple[list[str], int]:
        body = client.get("/api/diagrams", query).json()
        assert (body["pages"], body["total"]) == (2, store.PAGE_SIZE + 1)
        return [row["name"] for row in body["diagrams"]], body["page"]

    def test_the_first_and_the_last(self, client: Client) -> None:
        first, number = self.names(client)
        assert (first[0], len(first), number) == ("Plan 12", store.PAGE_SIZE, 1)
        assert self.names(client, page="2") == (["Plan 0"], 2)

    def test_a_page_too_late_is_the_last_one(self, client: Client) -> None:
        assert self.names(client, page="9999") == (["Plan 0"], 2)

    @pytest.mark.parametrize(
        "page", ["", "0", "-1", "1.5", "x", "²", "\u0661", "10000", "1" * 5000, "\x00"]
    )
    def test_there_is_no_other_page(self, client: Client, page: str) -> None:
        answer = client.get("/api/diagrams", {"page": page})
        assert answer.status_code == 400
        assert answer.json()["errors"] == [{"path": "page", "message": "Pages count from 1."}]

    @pytest.mark.parametrize(
        ("search", "found"),
        [("plan 1", ["Plan 12", "Plan 11", "Plan 10", "Plan 1"]), (" 7 ", ["Plan 7"]), ("%", [])],
    )
    def test_it_is_searched_by_name(self, client: Client, search: str, found: list[str]) -> None:
        body = client.get("/api/diagrams", {"q": search}).json()
        assert [row["name"] for row in body["diagrams"]] == found
        assert (body["page"], body["pages"], body["total"]) == (1, 1, len(found))

    @pytest.mark.parametrize("search", ["a\x00b", "n" * 81])
    def test_but_not_for_everything(self, client: Client, search: str) -> None:
        answer = client.get("/api/diagrams", {"q": search})
        assert answer.status_code == 400
        assert [error["path"] for error in answer.json()["errors"]] == ["q"]


class TestRenaming:
    def rename(self, client: Client, diagram: Diagram, **body: object) -> Any:
        url = f"/api/diagrams/{diagram.pk}"
        return client.patch(url, body, content_type="application/json")

    def test_changes_nothing_but_the_name(self, client: Client, diagram: Diagram) -> None:
        body = self.rename(client, diagram, name=" Milk ", version=1).json()
        assert (body["name"], body["version"], len(body["nodes"])) == ("Milk", 2, 1)

    @pytest.mark.parametrize(
        ("body", "status", "path"),
        [
            ({"name": "", "version": 1}, 422, "name"),
            ({"version": 1}, 422, "name"),
            ({"name": "Milk"}, 422, "version"),
            ({"name": "Milk", "version": 2}, 409, "version"),
        ],
    )
    def test_or_not(
        self, client: Client, diagram: Diagram, body: dict[str, object], status: int, path: str
    ) -> None:
        answer = self.rename(client, diagram, **body)
        assert answer.status_code == status
        assert [error["path"] for error in answer.json()["errors"]] == [path]
        diagram.refresh_from_db()
        assert diagram.name == "Tea"


def test_who_came_first_is_named(client: Client, diagram: Diagram, ada: User) -> None:
    store.save(diagram.pk, parse_drawing(DRAWING), 1, "ada")
    url = f"/api/diagrams/{diagram.pk}"
    assert client.get(url).json()["savedBy"] == "ada"
    answer = put(client, url, {**DRAWING, "version": 1})
    assert answer.json()["title"] == "ada has saved this diagram in the meantime."


def test_saving_replaces_the_drawing_and_counts(client: Client, diagram: Diagram) -> None:
    url = f"/api/diagrams/{diagram.pk}"
    saved = put(client, url, {"name": "Milk", "nodes": [], "edges": [], "version": 1})
    assert saved.status_code == 200
    assert (saved.json()["name"], saved.json()["version"]) == ("Milk", 2)
    assert client.get(url).json() == saved.json()
    assert str(Diagram.objects.get()) == "Milk"


@pytest.mark.parametrize("version", [0, 2, -1, 2**80])
def test_who_saves_over_another_version_is_refused(
    client: Client, diagram: Diagram, version: int
) -> None:
    answer = put(client, f"/api/diagrams/{diagram.pk}", {**DRAWING, "version": version})
    assert answer.status_code == 409
    assert [error["path"] for error in answer.json()["errors"]] == ["version"]
    diagram.refresh_from_db()
    assert diagram.version == 1


def test_of_two_who_save_the_same_version_one_wins(
    diagram: Diagram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one saves between our look and our write."""
    find = store.find

    def overtaken(pk: UUID) -> Diagram:
        found = find(pk)
        Diagram.objects.filter(pk=pk).update(version=2)
        return found

    monkeypatch.setattr(store, "find", overtaken)
    with pytest.raises(Refusal, match="Somebody else"):
        store.save(diagram.pk, parse_drawing({**DRAWING, "name": "Mine"}), 1)
    diagram.refresh_from_db()
    assert diagram.name == "Tea"


@pytest.mark.parametrize("version", [None, "1", True, 1.0])
def test_who_saves_says_over_which_version(
    client: Client, diagram: Diagram, version: object
) -> None:
    answer = put(client, f"/api/diagrams/{diagram.pk}", {**DRAWING, "version": version})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "version"


def test_a_faulty_drawing_is_refused_with_its_faults(client: Client, diagram: Diagram) -> None:
    bad = {**DRAWING, "name": "", "version": 1}
    for answer in (
        put(client, f"/api/diagrams/{diagram.pk}", bad),
        client.post("/api/diagrams", bad, content_type="application/json"),
    ):
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"path": "name", "message": "Give the diagram a name."}]
    assert Diagram.objects.get().name == "Tea"


def test_a_deleted_diagram_is_gone(client: Client, diagram: Diagram) -> None:
    url = f"/api/diagrams/{diagram.pk}"
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
    assert client.delete(url).status_code == 404


def test_what_is_not_there(client: Client) -> None:
    assert client.get(NOWHERE).json()["title"] == "This diagram does not exist, or was deleted."
    assert put(client, NOWHERE, {**DRAWING, "version": 1}).status_code == 404


def test_there_is_an_end_to_new_diagrams(
    client: Client, diagram: Diagram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_DIAGRAMS", 1)
    answer = client.post("/api/diagrams", DRAWING, content_type="application/json")
    assert answer.status_code == 409
    assert "Delete one first" in answer.json()["title"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b" ", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"\xff\xfe\xfa", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"version": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"name=Tea", "application/x-www-form-urlencoded", 415),
        (b" " * (512 * 1024 + 1), "application/json", 413),
        (b"{}", "application/json; charset=utf-8", 422),
    ],
)
def test_a_body_that_is_not_a_diagram(client: Client, body: bytes, kind: str, status: int) -> None:
    answer = client.post("/api/diagrams", body, content_type=kind)
    assert answer.status_code == status
    assert answer.json()["title"]


@pytest.mark.parametrize(
    ("method", "url", "allowed"),
    [
        ("DELETE", "/api/diagrams", "GET, HEAD, POST"),
        ("POST", NOWHERE, "DELETE, GET, HEAD, PATCH, PUT"),
        ("POST", "/api/dashboard", "GET, HEAD"),
    ],
)
def test_other_methods_are_refused(client: Client, method: str, url: str, allowed: str) -> None:
    answer = client.generic(method, url)
    assert answer.status_code == 405
    assert answer["Allow"] == allowed


def test_head_is_answered_as_get(client: Client) -> None:
    assert client.head("/api/diagrams").status_code == 200


class TestWithTheSecurityCheck:
    @pytest.fixture
    def strict(self) -> Client:
        return Client(enforce_csrf_checks=True)

    def test_a_write_needs_the_token(self, strict: Client, settings: Settings) -> None:
        token = strict.get("/api/csrf").json()["token"]
        cookie = strict.cookies["docs-django-react-csrf"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
        made = strict.post(
            "/api/diagrams",
            DRAWING,
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        assert made.status_code == 201

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_without_it_the_refusal_names_it(self, strict: Client, method: str) -> None:
        answer = getattr(strict, method)(NOWHERE, DRAWING, content_type="application/json")
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["path"] == "csrf"

    def test_another_origin_is_refused(self, strict: Client) -> None:
        token = strict.get("/api/csrf").json()["token"]
        headers = {"X-CSRFToken": token, "Origin": "http://elsewhere.example"}
        answer = strict.post(
            "/api/diagrams", DRAWING, content_type="application/json", headers=headers
        )
        assert answer.status_code == 403

    @pytest.mark.parametrize("host", ["127.0.0.1:9001", "shop.example"])
    def test_the_own_origin_passes_with_its_port(self, strict: Client, host: str) -> None:
        token = strict.get("/api/csrf", headers={"Host": host}).json()["token"]
        headers = {"X-CSRFToken": token, "Origin": f"http://{host}", "Host": host}
        answer = strict.post(
            "/api/diagrams", DRAWING, content_type="application/json", headers=headers
        )
        assert answer.status_code == 201
