"""The OpenAPI document, and the same as a page for people."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appkit.django.settings import current
from ledger import openapi
from ledger.openapi import Json

_KINDS = {"string": "text", "integer": "whole number", "array": "list", "object": "object"}


@dataclass(frozen=True)
class Field:
    """A parameter, or a property of a body."""

    name: str
    required: bool
    kind: str
    description: str


@dataclass(frozen=True)
class Answer:
    status: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    """One method of one path. `example` is a command to paste; `link` can be opened, or is ""."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    access: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]
    example: str
    link: str


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_document(request), json_dumps_params={"indent": 1})


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Made from the very document, so that the two cannot differ."""
    found = _document(request)
    context = {
        "info": found["info"],
        "operations": list(operations(found)),
    }
    return render(request, "ledger/api.html", context)


def _document(request: HttpRequest) -> Json:
    prefix: str = request.META["SCRIPT_NAME"]
    return openapi.document(prefix=prefix, session_cookie=current().session_cookie)


def operations(document: Json) -> Iterator[Operation]:
    """Every operation of `document`, in its order."""
    prefix: str = document["servers"][0]["url"].rstrip("/")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            fixed = "{" not in path
            yield Operation(
                id=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                description=operation.get("description", ""),
                access=_access(operation),
                parameters=tuple(
                    _field(document, one["name"], one["schema"], one.get("required", False), one)
                    for one in parameters
                ),
                body=_fields(document, body.get("schema", {})),
                answers=tuple(
                    _answer(document, status, _resolve(document, one))
                    for status, one in operation["responses"].items()
                ),
                example=_example(document, method, path, operation),
                link=f"{prefix}{path}{_query(parameters)}"
                if method == "get" and fixed and {} in operation["security"]
                else "",
            )


def _access(operation: Json) -> str:
    if {} in operation["security"]:
        return "open to everybody"
    return str(operation.get("x-access", "for those who are signed in"))


def _resolve(document: Json, node: Json) -> Json:
    """`node`, or what its `$ref` points to."""
    if "$ref" not in node:
        return node
    found: Any = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def _answer(document: Json, status: str, answer: Json) -> Answer:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    fields = _fields(document, schema) if status.startswith("2") else ()
    return Answer(status, answer["description"], fields)


def _fields(document: Json, schema: Json) -> tuple[Field, ...]:
    resolved = _resolve(document, schema)
    required = resolved.get("required", [])
    return tuple(
        _field(document, name, one, name in required, _resolve(document, one))
        for name, one in resolved.get("properties", {}).items()
    )


def _field(document: Json, name: str, schema: Json, required: bool, described: Json) -> Field:
    return Field(name, required, kind(document, schema), described.get("description", ""))


def kind(document: Json, schema: Json) -> str:
    """A schema in words: `whole number from 1 to 100; else 25`, `one of sale, fee`."""
    words = _kind(document, schema)
    return f"{words}; else {schema['default']}" if "default" in schema else words


def _kind(document: Json, schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " or ".join(kind(document, one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    words = " or ".join(_KINDS.get(one, one) for one in _types(schema))
    if "items" in schema:
        words += f" of {kind(document, schema['items'])}"
    if "maxLength" in schema:
        words += f", at most {schema['maxLength']} characters"
    if "minimum" in schema:
        words += f" from {schema['minimum']:,}"
    if "maximum" in schema:
        words += f" to {schema['maximum']:,.0f}"
    return words


def _types(schema: Json) -> list[str]:
    """Types of the schema; a text's format says more than that it is a text."""
    types: list[str] = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return [schema["format"] if one == "string" and "format" in schema else one for one in types]


def _query(parameters: list[Json]) -> str:
    chosen = [(one["name"], one["example"]) for one in parameters if "example" in one]
    return f"?{urlencode(chosen, doseq=True)}" if chosen else ""


def _example(document: Json, method: str, path: str, operation: Json) -> str:
    """A command for `curl`; `$LEDGER` is this site's address, `$TOKEN` somebody's token."""
    lines = [f'curl "$LEDGER{path.replace("{id}", "1")}{_query(operation.get("parameters", []))}"']
    if {} not in operation["security"]:
        lines.append('--header "Authorization: Bearer $TOKEN"')
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        body = {
            name: one.get("example", one.get("enum", [""])[0])
            for name, one in _resolve(document, schema)["properties"].items()
        }
        lines += ['--header "Content-Type: application/json"', f"--data '{json.dumps(body)}'"]
    if method not in ("get", "post"):
        lines.append(f"--request {method.upper()}")
    return " \\\n  ".join(lines)
