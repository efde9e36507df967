"""The OpenAPI 3.1 document of the API; its limits come from the validation rules."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import get_script_prefix

from workbench.accounts.views import MAX_NAME as MAX_USER_NAME
from workbench.accounts.views import MAX_PASSWORD
from workbench.api import endpoint
from workbench.diagrams import rules
from workbench.diagrams.views import PAGE_NUMBER
from workbench.sales.models import Channel
from workbench.sales.period import Range, Unit

type Json = dict[str, Any]

NUMBER: Json = {"type": "integer"}
DATE: Json = {"type": "string", "format": "date"}
IDENTIFIER: Json = {"type": "string", "pattern": f"^{rules.IDENTIFIER.pattern}$"}
POSITION: Json = {"type": "number", "minimum": -rules.MAX_POSITION, "maximum": rules.MAX_POSITION}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": [*properties]}


def _list(items: Json, max_items: int | None = None) -> Json:
    return {
        "type": "array",
        "items": items,
        **({} if max_items is None else {"maxItems": max_items}),
    }


def _text(max_length: int, min_length: int = 1) -> Json:
    """The API also rejects a text of only spaces, which the schema does not express."""
    return {"type": "string", "minLength": min_length, "maxLength": max_length}


def _reference(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


NODE = _object(
    id=IDENTIFIER,
    kind={"enum": [*rules.KINDS]},
    label=_text(rules.MAX_LABEL),
    x=POSITION,
    y=POSITION,
)
EDGE = _object(
    id=IDENTIFIER,
    source=IDENTIFIER,
    target=IDENTIFIER,
    label=_text(rules.MAX_EDGE_LABEL, min_length=0),
)
DRAWING = {
    "name": _text(rules.MAX_NAME),
    "nodes": _list(_reference("Node"), rules.MAX_NODES),
    "edges": _list(_reference("Edge"), rules.MAX_EDGES),
}
SUMMARY = {
    "id": {"type": "string", "format": "uuid"},
    "name": _text(rules.MAX_NAME),
    "version": {"type": "integer", "minimum": 1},
    "savedBy": {"type": "string"},
    "updatedAt": {"type": "string", "format": "date-time"},
}
TOTALS = _object(revenue=NUMBER, sales=NUMBER, units=NUMBER)
REPORT = _object(
    first=DATE,
    last=DATE,
    unit={"enum": [*Unit]},
    totals=TOTALS,
    previous=TOTALS,
    series=_list(
        _object(start=DATE, revenue=_object(**dict.fromkeys(Channel.values, NUMBER)), total=NUMBER)
    ),
    channels=_list(
        _object(channel={"enum": Channel.values}, label={"type": "string"}, revenue=NUMBER)
    ),
    products=_list(
        _object(name={"type": "string"}, category={"type": "string"}, units=NUMBER, revenue=NUMBER)
    ),
    weekdays=_list(NUMBER, 7),
)

SCHEMAS: Json = {
    "Error": _object(
        code={"type": "string"},
        title={"type": "string"},
        errors=_list(
            _object(path={"type": "string"}, code={"type": "string"}, message={"type": "string"})
        ),
    ),
    "Token": _object(token={"type": "string"}),
    "Session": _object(
        user={"oneOf": [_object(name={"type": "string"}), {"type": "null"}]},
        mayWrite={"type": "boolean"},
    ),
    "Credentials": _object(name=_text(MAX_USER_NAME), password=_text(MAX_PASSWORD)),
    "Passwords": _object(current=_text(MAX_PASSWORD), new=_text(MAX_PASSWORD)),
    "Node": NODE,
    "Edge": EDGE,
    "Drawing": _object(**DRAWING),
    "Saving": _object(**DRAWING, version=NUMBER),
    "Renaming": _object(name=_text(rules.MAX_NAME), version=NUMBER),
    "Deletion": _object(version=NUMBER),
    "Diagram": _object(**SUMMARY, nodes=DRAWING["nodes"], edges=DRAWING["edges"]),
    "Diagrams": _object(
        diagrams=_list(_object(**SUMMARY, shapes=NUMBER)), page=NUMBER, pages=NUMBER, total=NUMBER
    ),
    "Dashboard": _object(
        range={"enum": [*Range]},
        currency={"const": "EUR"},
        report={"oneOf": [REPORT, {"type": "null"}]},
    ),
}


def _responses(success: int, schema: str | None, *error_statuses: int) -> Json:
    responses: Json = {str(success): {"description": "Success."}}
    if schema is not None:
        responses[str(success)]["content"] = {"application/json": {"schema": _reference(schema)}}
    for status in error_statuses:
        responses[str(status)] = {
            "description": "Rejected; the body states the reason.",
            "content": {"application/json": {"schema": _reference("Error")}},
        }
    return responses


def _read_operation(summary: str, schema: str, *error_statuses: int, **query: Json) -> Json:
    parameters = [{"name": name, "in": "query", "schema": query[name]} for name in query]
    return {
        "summary": summary,
        "parameters": parameters,
        "responses": _responses(200, schema, 400, *error_statuses),
    }


def _write_operation(
    summary: str,
    request_schema: str | None,
    success: int,
    response_schema: str | None,
    *error_statuses: int,
) -> Json:
    body = {
        "required": True,
        "content": {"application/json": {"schema": _reference(request_schema or "")}},
    }
    return {
        "summary": summary,
        "security": [{"token": []}],
        **({"requestBody": body} if request_schema else {}),
        "responses": _responses(
            success,
            response_schema,
            400,
            403,
            *((413, 415, 422) if request_schema else ()),
            *error_statuses,
        ),
    }


PATHS: Mapping[str, Json] = {
    "csrf": {"get": _read_operation("The token that every write needs", "Token")},
    "session": {
        "get": _read_operation("The signed-in user", "Session"),
        "post": _write_operation("Sign in", "Credentials", 200, "Session", 429),
        "delete": _write_operation("Sign out", None, 200, "Session"),
    },
    "password": {
        "put": _write_operation("Change the password", "Passwords", 204, None, 401, 429),
    },
    "dashboard": {
        "get": _read_operation("Sales figures", "Dashboard", range={"enum": [*Range]}),
    },
    "diagrams": {
        "get": _read_operation(
            "One page of the list of diagrams",
            "Diagrams",
            page={"type": "string", "pattern": f"^{PAGE_NUMBER.pattern}$"},
            q=_text(rules.MAX_NAME, min_length=0),
        ),
        "post": _write_operation("A new diagram", "Drawing", 201, "Diagram", 401, 409),
    },
    "diagrams/{pk}": {
        "parameters": [
            {"name": "pk", "in": "path", "required": True, "schema": SUMMARY["id"]},
        ],
        "get": _read_operation("A diagram", "Diagram", 404),
        "put": _write_operation("Save a diagram", "Saving", 200, "Diagram", 401, 404, 409),
        "patch": _write_operation("Rename a diagram", "Renaming", 200, "Diagram", 401, 404, 409),
        "delete": _write_operation("Delete a diagram", "Deletion", 204, None, 401, 404, 409),
    },
    "openapi.json": {
        "get": {"summary": "This document", "responses": {"200": {"description": "Success."}}}
    },
}


def _show(_: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {
            "openapi": "3.1.0",
            "info": {"title": "Charts and flows", "version": "1"},
            # The prefix under which this request reached the application.
            "servers": [{"url": f"{get_script_prefix()}api"}],
            "paths": {f"/{path}": methods for path, methods in PATHS.items()},
            "components": {
                "schemas": SCHEMAS,
                "securitySchemes": {
                    "token": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"}
                },
            },
        }
    )


document = endpoint(GET=_show)
