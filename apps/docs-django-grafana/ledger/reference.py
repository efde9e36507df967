"""The API reference: the operations of the OpenAPI document, prepared for its page."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from config.openapi import Json
from ledger.schema_text import resolve, schema_text


@dataclass(frozen=True)
class Field:
    """A parameter, or a property of a body."""

    name: str
    required: bool
    type: str
    description: str


@dataclass(frozen=True)
class Response:
    status: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    """One method of one path. `example` is a shell command; `link` is a URL to open, or ""."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    access: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    responses: tuple[Response, ...]
    example: str
    link: str


def operations(document: Json) -> Iterator[Operation]:
    """Every operation of `document`, in its order."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                id=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                description=operation.get("description", ""),
                access=_access(operation),
                parameters=tuple(
                    _field(document, one["name"], one["schema"], one.get("required", False), one)
                    for one in operation.get("parameters", [])
                ),
                body=_fields(document, _json_body(operation).get("schema", {})),
                responses=tuple(
                    _response(document, status, resolve(document, response))
                    for status, response in operation["responses"].items()
                ),
                example=_example(method, path, operation),
                link=_link(document, method, path, operation),
            )


def _is_public(operation: Json) -> bool:
    return {} in operation["security"]


def _access(operation: Json) -> str:
    return "public" if _is_public(operation) else operation.get("x-access", "sign-in required")


def _json_body(operation: Json) -> Json:
    body: Json = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return body


def _response(document: Json, status: str, response: Json) -> Response:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    fields = _fields(document, schema) if status.startswith("2") else ()
    return Response(status, response["description"], fields)


def _fields(document: Json, schema: Json) -> tuple[Field, ...]:
    resolved = resolve(document, schema)
    required = resolved.get("required", [])
    return tuple(
        _field(document, name, one, name in required, resolve(document, one))
        for name, one in resolved.get("properties", {}).items()
    )


def _field(document: Json, name: str, schema: Json, required: bool, described: Json) -> Field:
    return Field(name, required, schema_text(document, schema), described.get("description", ""))


def _first_example(node: Json) -> Any:
    """The value of the first example of a parameter or a body; None if there is none."""
    return next((example["value"] for example in node.get("examples", {}).values()), None)


def _query(operation: Json) -> str:
    examples = [(one["name"], _first_example(one)) for one in operation.get("parameters", [])]
    query = urlencode([(name, one) for name, one in examples if one is not None], doseq=True)
    return f"?{query}" if query else ""


def _link(document: Json, method: str, path: str, operation: Json) -> str:
    """The URL of a public list, which a browser can open."""
    if method != "get" or "{" in path or not _is_public(operation):
        return ""
    prefix: str = document["servers"][0]["url"].rstrip("/")
    return f"{prefix}{path}{_query(operation)}"


def _example(method: str, path: str, operation: Json) -> str:
    """A `curl` command; `$LEDGER` is the URL of this site, `$TOKEN` an API token."""
    lines = [f'curl "$LEDGER{path.replace("{id}", "1")}{_query(operation)}"']
    if not _is_public(operation):
        lines.append('--header "Authorization: Bearer $TOKEN"')
    if "requestBody" in operation:
        body = json.dumps(_first_example(_json_body(operation)))
        lines += ['--header "Content-Type: application/json"', f"--data '{body}'"]
    if method not in ("get", "post"):
        lines.append(f"--request {method.upper()}")
    return " \\\n  ".join(lines)
