from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from workbench.api import ApiError
from workbench.diagrams import store
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import parse_drawing

pytestmark = pytest.mark.django_db

DRAWING: dict[str, Any] = {
    "name": "Tea",
    "nodes": [{"id": "a", "kind": "start", "label": "Thirst", "x": 0, "y": 0}],
    "edges": [],
}
MISSING_URL = "/api/diagrams/00000000-0000-4000-8000-000000000000"


@pytest.fixture
def diagram() -> Diagram:
    return store.create(parse_drawing(DRAWING))


def put(client: Client, url: str, data: object) -> Any:
    return client.put(url, data, content_type="application/json")


@pytest.mark.sqlite
def test_a_new_diagram_can_be_read_back(client: Client) -> None:
    created = client.post("/api/diagrams", DRAWING, content_type="application/json")
    assert created.status_code == 201
    body = created.json()
    assert created["Location"] == f"/api/diagrams/{body['id']}"
    assert client.get(created["Location"]).json() == body
    assert body["version"] == 1
    assert body["nodes"] == [{"id": "a", "kind": "start", "label": "Thirst", "x": 0.0, "y": 0.0}]


def test_the_location_of_a_new_diagram_includes_the_prefix(client: Client, mount: str) -> None:
    created = client.post("/api/diagrams", DRAWING, content_type="application/json")
    assert created["Location"].startswith(f"{mount}/api/diagrams/")


def test_a_save_changes_one_diagram(client: Client, diagram: Diagram) -> None:
    other = store.create(parse_drawing(DRAWING))
    saved = put(client, f"/api/diagrams/{diagram.pk}", {**DRAWING, "name": "Milk", "version": 1})
    assert saved.status_code == 200
    other.refresh_from_db()
    assert (other.name, other.version) == ("Tea", 1)


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
    def test_invalid_requests_are_rejected(
        self, client: Client, diagram: Diagram, body: dict[str, object], status: int, path: str
    ) -> None:
        response = self.rename(client, diagram, **body)
        assert response.status_code == status
        assert [error["path"] for error in response.json()["errors"]] == [path]
        diagram.refresh_from_db()
        assert diagram.name == "Tea"


def test_a_conflict_names_the_user_who_saved(client: Client, diagram: Diagram, ada: User) -> None:
    store.save(diagram.pk, parse_drawing(DRAWING), 1, "ada")
    url = f"/api/diagrams/{diagram.pk}"
    assert client.get(url).json()["savedBy"] == "ada"
    response = put(client, url, {**DRAWING, "version": 1})
    assert response.json()["code"] == "version_conflict"
    assert "ada" in response.json()["title"]


@pytest.mark.sqlite
def test_saving_replaces_the_drawing_and_increments_the_version(
    client: Client, diagram: Diagram
) -> None:
    url = f"/api/diagrams/{diagram.pk}"
    saved = put(client, url, {"name": "Milk", "nodes": [], "edges": [], "version": 1})
    assert saved.status_code == 200
    assert (saved.json()["name"], saved.json()["version"]) == ("Milk", 2)
    assert client.get(url).json() == saved.json()
    assert str(Diagram.objects.get()) == "Milk"


@pytest.mark.parametrize("version", [0, 2, -1, 2**80])
def test_saving_over_another_version_is_rejected(
    client: Client, diagram: Diagram, version: int
) -> None:
    response = put(client, f"/api/diagrams/{diagram.pk}", {**DRAWING, "version": version})
    assert response.status_code == 409
    assert [error["path"] for error in response.json()["errors"]] == ["version"]
    diagram.refresh_from_db()
    assert diagram.version == 1


@pytest.fixture
def overtaken(diagram: Diagram, monkeypatch: pytest.MonkeyPatch) -> Diagram:
    """A diagram that is saved between reading its version and the next statement."""
    find = store.find

    def find_and_overtake(pk: UUID) -> Diagram:
        found = find(pk)
        Diagram.objects.filter(pk=pk).update(version=2)
        return found

    monkeypatch.setattr(store, "find", find_and_overtake)
    return diagram


@pytest.mark.sqlite
def test_only_one_of_two_saves_of_the_same_version_succeeds(overtaken: Diagram) -> None:
    with pytest.raises(ApiError) as caught:
        store.save(overtaken.pk, parse_drawing({**DRAWING, "name": "Mine"}), 1)
    assert caught.value.code == "version_conflict"
    overtaken.refresh_from_db()
    assert overtaken.name == "Tea"


@pytest.mark.parametrize("version", [None, "1", True, 1.0])
def test_saving_requires_a_version(client: Client, diagram: Diagram, version: object) -> None:
    response = put(client, f"/api/diagrams/{diagram.pk}", {**DRAWING, "version": version})
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == "version"


def test_an_invalid_drawing_is_rejected_with_its_errors(client: Client, diagram: Diagram) -> None:
    bad = {**DRAWING, "name": "", "version": 1}
    for response in (
        put(client, f"/api/diagrams/{diagram.pk}", bad),
        client.post("/api/diagrams", bad, content_type="application/json"),
    ):
        assert response.status_code == 422
        assert response.json()["code"] == "invalid_diagram"
        (error,) = response.json()["errors"]
        assert (error["path"], error["code"]) == ("name", "diagram_name_required")
    assert Diagram.objects.get().name == "Tea"


def delete(client: Client, url: str, body: object) -> Any:
    return client.delete(url, body, content_type="application/json")


@pytest.mark.sqlite
def test_a_deleted_diagram_is_not_found(client: Client, diagram: Diagram) -> None:
    other, url = store.create(parse_drawing(DRAWING)), f"/api/diagrams/{diagram.pk}"
    assert delete(client, url, {"version": 1}).status_code == 204
    assert client.get(url).status_code == delete(client, url, {"version": 1}).status_code == 404
    assert list(Diagram.objects.all()) == [other]


@pytest.mark.parametrize("version", [0, 2, -1, 2**80])
def test_a_diagram_of_another_version_is_not_deleted(
    client: Client, diagram: Diagram, version: int
) -> None:
    response = delete(client, f"/api/diagrams/{diagram.pk}", {"version": version})
    assert (response.status_code, response.json()["code"]) == (409, "version_conflict")
    assert Diagram.objects.filter(pk=diagram.pk).exists()


@pytest.mark.parametrize("body", [{}, {"version": None}, {"version": "1"}, {"version": True}])
def test_deleting_requires_a_version(client: Client, diagram: Diagram, body: object) -> None:
    response = delete(client, f"/api/diagrams/{diagram.pk}", body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == "version"
    assert client.delete(f"/api/diagrams/{diagram.pk}").status_code in (400, 415)
    assert Diagram.objects.filter(pk=diagram.pk).exists()


@pytest.mark.sqlite
def test_a_diagram_that_is_saved_meanwhile_is_not_deleted(overtaken: Diagram) -> None:
    with pytest.raises(ApiError) as caught:
        store.delete(overtaken.pk, 1)
    assert caught.value.code == "version_conflict"
    assert Diagram.objects.filter(pk=overtaken.pk).exists()


def test_a_missing_diagram_is_not_found(client: Client) -> None:
    assert client.get(MISSING_URL).json()["code"] == "diagram_not_found"
    assert put(client, MISSING_URL, {**DRAWING, "version": 1}).status_code == 404


def test_the_number_of_diagrams_is_limited(
    client: Client, diagram: Diagram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_DIAGRAMS", 1)
    response = client.post("/api/diagrams", DRAWING, content_type="application/json")
    assert response.status_code == 409
    assert response.json()["code"] == "diagram_limit"


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "invalid_json"),
        (b" ", "application/json", 400, "invalid_json"),
        (b"[]", "application/json", 400, "body_not_an_object"),
        (b'"text"', "application/json", 400, "body_not_an_object"),
        (b"\xff\xfe\xfa", "application/json", 400, "invalid_json"),
        (b'{"name": NaN}', "application/json", 400, "invalid_json"),
        (b"[" * 100_000, "application/json", 400, "invalid_json"),
        (b'{"version": ' + b"9" * 5000 + b"}", "application/json", 400, "invalid_json"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"name=Tea", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b" " * (512 * 1024 + 1), "application/json", 413, "data_too_large"),
        (b"{}", "application/json; charset=utf-8", 422, "invalid_diagram"),
    ],
)
def test_a_body_that_is_not_a_diagram_is_rejected(
    client: Client, body: bytes, kind: str, status: int, code: str
) -> None:
    response = client.post("/api/diagrams", body, content_type=kind)
    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "url", "allowed"),
    [
        ("DELETE", "/api/diagrams", "GET, HEAD, POST"),
        ("POST", MISSING_URL, "DELETE, GET, HEAD, PATCH, PUT"),
        ("POST", "/api/dashboard", "GET, HEAD"),
    ],
)
def test_other_methods_are_rejected(client: Client, method: str, url: str, allowed: str) -> None:
    response = client.generic(method, url)
    assert response.status_code == 405
    assert response["Allow"] == allowed


def test_head_is_handled_like_get(client: Client) -> None:
    assert client.head("/api/diagrams").status_code == 200


class TestCsrfProtection:
    @pytest.fixture
    def strict(self) -> Client:
        return Client(enforce_csrf_checks=True)

    def test_a_write_with_the_token_succeeds(self, strict: Client, settings: Settings) -> None:
        token = strict.get("/api/csrf").json()["token"]
        cookie = strict.cookies["docs-django-react-csrf"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
        created = strict.post(
            "/api/diagrams",
            DRAWING,
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        assert created.status_code == 201

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_a_write_without_the_token_is_rejected(self, strict: Client, method: str) -> None:
        response = getattr(strict, method)(MISSING_URL, DRAWING, content_type="application/json")
        assert response.status_code == 403
        assert response.json()["errors"][0]["path"] == "csrf"

    def test_another_origin_is_rejected(self, strict: Client) -> None:
        token = strict.get("/api/csrf").json()["token"]
        headers = {"X-CSRFToken": token, "Origin": "http://elsewhere.example"}
        response = strict.post(
            "/api/diagrams", DRAWING, content_type="application/json", headers=headers
        )
        assert response.status_code == 403

    @pytest.mark.parametrize("host", ["127.0.0.1:9001", "shop.example"])
    def test_the_same_origin_is_accepted(self, strict: Client, host: str) -> None:
        token = strict.get("/api/csrf", headers={"Host": host}).json()["token"]
        headers = {"X-CSRFToken": token, "Origin": f"http://{host}", "Host": host}
        response = strict.post(
            "/api/diagrams", DRAWING, content_type="application/json", headers=headers
        )
        assert response.status_code == 201
