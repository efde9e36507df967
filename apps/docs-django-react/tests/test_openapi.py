"""The OpenAPI document covers every path, method and response of the API."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from workbench import urls
from workbench.diagrams import store
from workbench.diagrams.rules import Drawing

pytestmark = pytest.mark.django_db

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


@pytest.fixture
def document(client: Client) -> Any:
    return client.get("/api/openapi.json").json()


def is_valid(document: Any, schema: Any, value: Any) -> bool:
    """Validates the subset of JSON Schema in use; rejects properties that the schema lacks."""
    if "$ref" in schema:
        return is_valid(document, document["components"]["schemas"][schema["$ref"][21:]], value)
    if "oneOf" in schema:
        return sum(is_valid(document, choice, value) for choice in schema["oneOf"]) == 1
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    has_type = isinstance(value, TYPES[schema["type"]])
    if not has_type:
        return False
    if schema["type"] == "object":
        return set(value) == set(schema["required"]) and all(
            is_valid(document, schema["properties"][name], part) for name, part in value.items()
        )
    if schema["type"] == "array":
        return all(is_valid(document, schema["items"], part) for part in value)
    return re.search(schema.get("pattern", ""), str(value)) is not None


def test_the_server_url_includes_the_prefix(client: Client, mount: str) -> None:
    assert client.get("/api/openapi.json").json()["servers"] == [{"url": f"{mount}/api"}]


def test_every_path_is_documented(document: Any) -> None:
    routes = {str(pattern.pattern) for pattern in urls.api_patterns}
    known = {path[1:].replace("{pk}", "<uuid:pk>") for path in document["paths"]}
    assert known == routes - {""}


def test_every_method_is_documented(client: Client, document: Any) -> None:
    for path, item in document["paths"].items():
        url = path.replace("{pk}", "00000000-0000-4000-8000-000000000000")
        allowed = client.generic("BREW", f"/api{url}")["Allow"].split(", ")
        methods = {method.upper() for method in item if method != "parameters"}
        assert methods == set(allowed) - {"HEAD"}


def test_responses_match_the_document(client: Client, ada: User, document: Any, sell: Any) -> None:
    sell(0)
    created = store.create(Drawing("Tea", (), ()), "ada")
    diagram_url, invalid = f"/diagrams/{created.pk}", {"name": ""}
    valid = {"name": "Tea", "nodes": [], "edges": [], "version": 1}
    credentials = {"name": "ada", "password": "open sesame"}
    requests: list[tuple[str, str, str, Any, int]] = [
        ("get", "/csrf", "/csrf", None, 200),
        ("get", "/session", "/session", None, 200),
        ("post", "/session", "/session", invalid, 422),
        ("put", "/password", "/password", invalid, 401),
        ("post", "/session", "/session", credentials, 200),
        ("put", "/password", "/password", invalid, 422),
        ("get", "/dashboard", "/dashboard", None, 200),
        ("get", "/dashboard", "/dashboard?range=x", None, 400),
        ("get", "/diagrams", "/diagrams", None, 200),
        ("get", "/diagrams", "/diagrams?page=x", None, 400),
        ("post", "/diagrams", "/diagrams", valid, 201),
        ("post", "/diagrams", "/diagrams", invalid, 422),
        ("get", "/diagrams/{pk}", diagram_url, None, 200),
        ("put", "/diagrams/{pk}", diagram_url, valid, 200),
        ("put", "/diagrams/{pk}", diagram_url, valid, 409),
        ("patch", "/diagrams/{pk}", diagram_url, {"name": "Milk", "version": 2}, 200),
        ("delete", "/diagrams/{pk}", diagram_url, {"version": 2}, 409),
        ("delete", "/diagrams/{pk}", diagram_url, {"version": 3}, 204),
        ("get", "/diagrams/{pk}", diagram_url, None, 404),
        ("delete", "/session", "/session", None, 200),
    ]
    for method, path, url, body, status in requests:
        send = getattr(client, method)
        options = {} if body is None else {"data": body, "content_type": "application/json"}
        response = send(f"/api{url}", **options)
        assert response.status_code == status, url
        documented = document["paths"][path][method]["responses"][str(status)]
        if "content" in documented:
            schema = documented["content"]["application/json"]["schema"]
            assert is_valid(document, schema, response.json()), (method, url, response.json())
        else:
            assert response.content == b""
