"""The OpenAPI document: drf-spectacular generates it from the views, this module adds the errors.

The functions that begin with `add_` and `require_` are postprocessing hooks of drf-spectacular.
"""

from functools import cache
from http import HTTPStatus
from typing import Any

from drf_spectacular.generators import SchemaGenerator

type Json = dict[str, Any]

_ERROR: Json = {"$ref": "#/components/schemas/Error"}
_VALIDATION_ERRORS: Json = {"$ref": "#/components/schemas/ValidationErrors"}

_SCHEMAS: Json = {
    "Error": {
        "type": "object",
        "properties": {"detail": {"type": "string"}},
        "required": ["detail"],
        "description": "what is wrong with the request as a whole",
    },
    "ValidationErrors": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
        "description": "the messages for each invalid field or parameter",
    },
}


def _response(description: str, schema: Json = _ERROR, headers: Json | None = None) -> Json:
    response = {"description": description, "content": {"application/json": {"schema": schema}}}
    return response if headers is None else {**response, "headers": headers}


def _header(name: str, type_: str) -> Json:
    return {name: {"schema": {"type": type_}, "required": True}}


_RESPONSES = {
    HTTPStatus.BAD_REQUEST: _response(
        "A field or a parameter is invalid.", {"anyOf": [_VALIDATION_ERRORS, _ERROR]}
    ),
    HTTPStatus.UNAUTHORIZED: _response(
        "The token is missing, unknown, revoked or expired.",
        headers=_header("WWW-Authenticate", "string"),
    ),
    HTTPStatus.FORBIDDEN: _response(
        "The account or the scope of the token lacks the permission, or the session's CSRF "
        "token is missing."
    ),
    HTTPStatus.NOT_FOUND: _response("There is no such object or page."),
    HTTPStatus.NOT_ACCEPTABLE: _response("The client accepts no JSON; there is no other format."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _response(
        "The content type of the body is not application/json."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: _response(
        "The database does not respond; nothing was changed.",
        headers=_header("Retry-After", "integer"),
    ),
}


def _component(status: HTTPStatus) -> str:
    return status.phrase.replace(" ", "")


def error_responses(path: str, operation: Json) -> Json:
    """References to the error responses that `operation` can give, by status."""
    parameters = operation.get("parameters", [])
    has_body = "requestBody" in operation
    possible = {
        HTTPStatus.BAD_REQUEST: has_body or any(one["in"] == "query" for one in parameters),
        HTTPStatus.UNAUTHORIZED: True,
        HTTPStatus.FORBIDDEN: {} not in operation["security"],
        HTTPStatus.NOT_FOUND: "{" in path or any(one["name"] == "page" for one in parameters),
        HTTPStatus.NOT_ACCEPTABLE: True,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: has_body,
        HTTPStatus.SERVICE_UNAVAILABLE: True,
    }
    return {
        str(status.value): {"$ref": f"#/components/responses/{_component(status)}"}
        for status, is_possible in possible.items()
        if is_possible
    }


def add_error_responses(result: Json, **_others: Any) -> Json:
    for path, methods in result["paths"].items():
        for operation in methods.values():
            operation["responses"] |= error_responses(path, operation)
    components = result["components"]
    components["schemas"] |= _SCHEMAS
    components["responses"] = {_component(status): one for status, one in _RESPONSES.items()}
    return result


def require_response_properties(result: Json, **_others: Any) -> Json:
    """A serializer renders each of its fields, also those that are optional in a request."""
    for name, schema in result["components"]["schemas"].items():
        if not name.endswith("Request") and "properties" in schema:
            schema["required"] = list(schema["properties"])
    return result


def query_parameter(name: str, description: str, schema: Json, example: Any = None) -> Json:
    """An optional query parameter; the reference page uses `example` in its links."""
    parameter = {"name": name, "in": "query", "description": description, "schema": schema}
    return parameter if example is None else {**parameter, "examples": {name: {"value": example}}}


@cache
def _generated() -> Json:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    document: Json = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return document


def document(prefix: str) -> Json:
    """The document for clients below `prefix`, which the proxy adds: "" or like "/route"."""
    # A path, not an absolute URL: a client uses the host from which it read the document.
    return {**_generated(), "servers": [{"url": prefix or "/"}]}
