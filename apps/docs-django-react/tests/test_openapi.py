"""The document says what the API does: no address, method or answer is missing from it."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from workbench import urls
from workbench.diagrams import store
from workbench.diagrams.rules import Drawing

pytestmark = pytest.mark.django_db

KINDS: dict[str, type | tuple[type, ...]] = {
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


def fits(document: Any, schema: Any, value: Any) -> bool:
    """The part of JSON Schema that the document uses; an object holds nothing unnamed."""
    if "$ref" in schema:
        return fits(document, document["components"]["schemas"][schema["$ref"][21:]], value)
    if "oneOf" in schema:
        return sum(fits(document, choice, value) for choice in schema["oneOf"]) == 1
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    is_of_its_kind = isinstance(value, KINDS[schema["type"]])
    if not is_of_its_kind:
        return False
    if schema["type"] == "object":
        return set(value) == set(schema["required"]) and all(
            fits(document, schema["properties"][name], part) for name, part in value.items()
        )
    if schema["type"] == "array":
        return all(fits(document, schema["items"], part) for part in value)
    return re.search(schema.get("pattern", ""), str(value)) is not None


def test_its_address_is_below_the_prefix(client: Client, mount: str) -> None:
    assert client.get("/api/openapi.json").json()["servers"] == [{"url": f"{mount}/api"}]


def test_every_address_is_in_it(document: Any) -> None:
    routes = {str(pattern.pattern) for pattern in urls.api_patterns}
    known = {path[1:].replace("{pk}", "<uuid:pk>") for path in document["paths"]}
    assert known == routes - {""}


def test_every_method_is_in_it(client: Client, document: Any) -> None:
    for path, item in document["paths"].items():
        url = path.replace("{pk}", "00000000-0000-4000-8000-000000000000")
        allowed = client.generic("BREW", f"/api{url}")["Allow"].split(", ")
        methods = {method.upper() for method in item if method != "parameters"}
        assert methods == set(allowed) - {"HEAD"}


def test_what_it_says_is_what_is_given(client: Client, ada: User, document: Any, sell: Any) -> None:
    sell(0)
    made = store.create(Drawing("Tea", (), ()), "ada")
    one, wrong = f"/diagrams/{made.pk}", {"name": ""}
    good = {"name": "Tea", "nodes": [], "edges": [], "version": 1}
    person = {"name": "ada", "password": "open sesame"}
    asked: list[tuple[str, str, str, Any, int]] = [
        ("get", "/csrf", "/csrf", None, 200),
        ("get", "/session", "/session", None, 200),
        ("post", "/session", "/session", wrong, 422),
        ("put", "/password", "/password", wrong, 401),
        ("post", "/session", "/session", person, 200),
        ("put", "/password", "/password", wrong, 422),
        ("get", "/dashboard", "/dashboard", None, 200),
        ("get", "/dashboard", "/dashboard?range=x", None, 400),
        ("get", "/diagrams", "/diagrams", None, 200),
        ("get", "/diagrams", "/diagrams?page=x", None, 400),
        ("post", "/diagrams", "/diagrams", good, 201),
        ("post", "/diagrams", "/diagrams", wrong, 422),
        ("get", "/diagrams/{pk}", one, None, 200),
        ("put", "/diagrams/{pk}", one, good, 200),
        ("put", "/diagrams/{pk}", one, good, 409),
        ("patch", "/diagrams/{pk}", one, {"name": "Milk", "version": 2}, 200),
        ("delete", "/diagrams/{pk}", one, None, 204),
        ("get", "/diagrams/{pk}", one, None, 404),
        ("delete", "/session", "/session", None, 200),
    ]
    for method, path, url, body, status in asked:
        send = getattr(client, method)
        options = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = send(f"/api{url}", **options)
        assert answer.status_code == status, url
        said = document["paths"][path][method]["responses"][str(status)]
        if "content" in said:
            schema = said["content"]["application/json"]["schema"]
            assert fits(document, schema, answer.json()), (method, url, answer.json())
        else:
            assert answer.content == b""
