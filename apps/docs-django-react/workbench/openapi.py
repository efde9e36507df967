"""What the API takes and gives, for programs: an OpenAPI 3.1 document, made from the rules."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import get_script_prefix

from workbench.accounts.views import MAX_NAME as MAX_PERSON
from workbench.accounts.views import MAX_PASSWORD
from workbench.api import endpoint
from workbench.diagrams import rules
from workbench.diagrams.views import PAGE
from workbench.sales.models import Channel
from workbench.sales.period import Range, Unit

type Json = dict[str, Any]

NUMBER: Json = {"type": "integer"}
DATE: Json = {"type": "string", "format": "date"}
IDENTIFIER: Json = {"type": "string", "pattern": f"^{rules.IDENTIFIER.pattern}$"}
PLACE: Json = {"type": "number", "minimum": -rules.MAX_POSITION, "maximum": rules.MAX_POSITION}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": [*properties]}


def _list(items: Json, most: int | None = None) -> Json:
    return {"type": "array", "items": items, **({} if most is None else {"maxItems": most})}


def _text(most: int, least: int = 1) -> Json:
    """Nothing but spaces counts as nothing, which no schema says briefly."""
    return {"type": "string", "minLength": least, "maxLength": most}


def _named(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


NODE = _object(
    id=IDENTIFIER,
    kind={"enum": [*rules.KINDS]},
    label=_text(rules.MAX_LABEL),
    x=PLACE,
    y=PLACE,
)
EDGE = _object(
    id=IDENTIFIER, source=IDENTIFIER, target=IDENTIFIER, label=_text(rules.MAX_WAY, least=0)
)
DRAWING = {
    "name": _text(rules.MAX_NAME),
    "nodes": _list(_named("Node"), rules.MAX_NODES),
    "edges": _list(_named("Edge"), rules.MAX_EDGES),
}
HEADING = {
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
    "Refusal": _object(
        title={"type": "string"},
        errors=_list(_object(path={"type": "string"}, message={"type": "string"})),
    ),
    "Token": _object(token={"type": "string"}),
    "Session": _object(
        user={"oneOf": [_object(name={"type": "string"}), {"type": "null"}]},
        mayWrite={"type": "boolean"},
    ),
    "Credentials": _object(name=_text(MAX_PERSON), password=_text(MAX_PASSWORD)),
    "Passwords": _object(current=_text(MAX_PASSWORD), new=_text(MAX_PASSWORD)),
    "Node": NODE,
    "Edge": EDGE,
    "Drawing": _object(**DRAWING),
    "Saving": _object(**DRAWING, version=NUMBER),
    "Renaming": _object(name=_text(rules.MAX_NAME), version=NUMBER),
    "Diagram": _object(**HEADING, nodes=DRAWING["nodes"], edges=DRAWING["edges"]),
    "Diagrams": _object(
        diagrams=_list(_object(**HEADING, shapes=NUMBER)), page=NUMBER, pages=NUMBER, total=NUMBER
    ),
    "Dashboard": _object(
        range={"enum": [*Range]},
        currency={"const": "EUR"},
        report={"oneOf": [REPORT, {"type": "null"}]},
    ),
}


def _answers(good: int, schema: str | None, *refusals: int) -> Json:
    answers: Json = {str(good): {"description": "Done."}}
    if schema is not None:
        answers[str(good)]["content"] = {"application/json": {"schema": _named(schema)}}
    for status in refusals:
        answers[str(status)] = {
            "description": "Refused, and why.",
            "content": {"application/json": {"schema": _named("Refusal")}},
        }
    return answers


def _reading(summary: str, schema: str, *refusals: int, **query: Json) -> Json:
    parameters = [{"name": name, "in": "query", "schema": query[name]} for name in query]
    return {
        "summary": summary,
        "parameters": parameters,
        "responses": _answers(200, schema, 400, *refusals),
    }


def _writing(summary: str, takes: str | None, good: int, gives: str | None, *refusals: int) -> Json:
    body = {"required": True, "content": {"application/json": {"schema": _named(takes or "")}}}
    return {
        "summary": summary,
        "security": [{"token": []}],
        **({"requestBody": body} if takes else {}),
        "responses": _answers(
            good, gives, 400, 403, *((413, 415, 422) if takes else ()), *refusals
        ),
    }


PATHS: Mapping[str, Json] = {
    "csrf": {"get": _reading("The token that every write needs", "Token")},
    "session": {
        "get": _reading("Who is signed in", "Session"),
        "post": _writing("Sign in", "Credentials", 200, "Session", 429),
        "delete": _writing("Sign out", None, 200, "Session"),
    },
    "password": {
        "put": _writing("Change the password", "Passwords", 204, None, 401, 429),
    },
    "dashboard": {
        "get": _reading("Figures of the sales", "Dashboard", range={"enum": [*Range]}),
    },
    "diagrams": {
        "get": _reading(
            "A page of the diagrams",
            "Diagrams",
            page={"type": "string", "pattern": f"^{PAGE.pattern}$"},
            q=_text(rules.MAX_NAME, least=0),
        ),
        "post": _writing("A new diagram", "Drawing", 201, "Diagram", 401, 409),
    },
    "diagrams/{pk}": {
        "parameters": [
            {"name": "pk", "in": "path", "required": True, "schema": HEADING["id"]},
        ],
        "get": _reading("A diagram", "Diagram", 404),
        "put": _writing("Save a diagram", "Saving", 200, "Diagram", 401, 404, 409),
        "patch": _writing("Rename a diagram", "Renaming", 200, "Diagram", 401, 404, 409),
        "delete": _writing("Delete a diagram", None, 204, None, 401, 404),
    },
    "openapi.json": {
        "get": {"summary": "This document", "responses": {"200": {"description": "Done."}}}
    },
}


def _show(_: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {
            "openapi": "3.1.0",
            "info": {"title": "Charts and flows", "version": "1"},
            # Where this very request found the application: right below any prefix.
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
