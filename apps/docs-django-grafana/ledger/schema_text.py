"""A schema of the OpenAPI document as text for the reference page."""

from config.openapi import Json

_TYPE_NAMES = {"string": "text", "integer": "whole number", "array": "list"}


def resolve(document: Json, node: Json) -> Json:
    """`node` itself or, if it is a reference, the component that it refers to."""
    if "$ref" not in node:
        return node
    found: Json = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def schema_text(document: Json, schema: Json) -> str:
    """`whole number from 1 to 100; default 25`, `one of sale, fee`."""
    text = _text(document, schema)
    return f"{text}; default {schema['default']}" if "default" in schema else text


def _text(document: Json, schema: Json) -> str:
    resolved = resolve(document, schema)
    if "anyOf" in resolved:
        return " or ".join(schema_text(document, one) for one in resolved["anyOf"])
    if "enum" in resolved:
        return "one of " + ", ".join(map(str, resolved["enum"]))
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    text = " or ".join(_type_names(schema))
    if "items" in schema:
        text += f" of {schema_text(document, schema['items'])}"
    if "maxLength" in schema:
        text += f", at most {schema['maxLength']} characters"
    if "minimum" in schema:
        text += f" from {schema['minimum']:,}"
    if "maximum" in schema:
        text += f" to {schema['maximum']:,.0f}"
    return text


def _type_names(schema: Json) -> list[str]:
    """The names of the types; the format of a string is more precise than `text`."""
    types: list[str] = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return [
        str(schema["format"])
        if one == "string" and "format" in schema
        else _TYPE_NAMES.get(one, one)
        for one in types
    ]
