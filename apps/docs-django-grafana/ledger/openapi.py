"""The OpenAPI document of the API, from the facts that the API itself obeys."""

from typing import Any

from ledger.models import EARLIEST, LEAST, MOST, NOTE_LENGTH, Kind
from telemetry.log import DEFAULT_STATEMENTS, MOST_STATEMENTS, ORDERS

type Json = dict[str, Any]

VERSION = "1.0.0"

DEFAULT_PAGE_SIZE = 25
MOST_PAGE_SIZE = 100
HIGHEST_PAGE = 1_000_000

AMOUNT = r"[0-9]{1,7}(\.[0-9]{1,2})?"
"""How an amount may be written; how much it may be is a rule of its own."""

_AMOUNT = {"type": "string", "pattern": r"^[0-9]{1,7}\.[0-9]{2}$", "example": "12.30"}
_TIME = {"type": "string", "format": "date-time", "example": "2026-03-01T10:00:00Z"}
_KIND = {"type": "string", "enum": Kind.values}


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def _object(properties: Json, *, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _answer(description: str, schema: Json, *, headers: Json | None = None) -> Json:
    answer = {"description": description, "content": {"application/json": {"schema": schema}}}
    return {**answer, "headers": headers} if headers else answer


def _query(name: str, description: str, schema: Json, example: Any = None) -> Json:
    parameter = {"name": name, "in": "query", "description": description, "schema": schema}
    return parameter if example is None else {**parameter, "example": example}


_MOMENT = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
_EUROS = {"type": "number", "minimum": 0, "maximum": float(MOST)}
_FILTERS = [
    _query(
        "user",
        "Name of whoever booked; an unknown name is an error.",
        {"type": "string", "minLength": 1, "maxLength": 150},
    ),
    _query(
        "type",
        "May be repeated: any of these.",
        {"type": "array", "items": _KIND, "uniqueItems": True},
        ["sale", "refund"],
    ),
    _query("min", "Amount from, in euros, with at most two decimals.", _EUROS, 10),
    _query("max", "Amount to, in euros, with at most two decimals.", _EUROS),
    _query(
        "since",
        "From this moment on, or from the start of this day. Without a zone it is UTC.",
        _MOMENT,
        "2026-03-01",
    ),
    _query("until", "Up to this moment, or to the end of this day.", _MOMENT),
]
_PAGING = [
    _query(
        "page",
        "Number of the page; one past the last is 404.",
        {"type": "integer", "minimum": 1, "maximum": HIGHEST_PAGE, "default": 1},
    ),
    _query(
        "page_size",
        "Transactions a page.",
        {"type": "integer", "minimum": 1, "maximum": MOST_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
    ),
]

_MS = {"type": "number", "minimum": 0}

_SCHEMAS: Json = {
    "Transaction": _object(
        {
            "id": {"type": "integer"},
            "user": {"type": "string", "description": "who booked it"},
            "type": _KIND,
            "amount": {
                **_AMOUNT,
                "description": "in euros, always positive; the type gives the direction",
            },
            "time": {**_TIME, "description": "when it happened, UTC"},
            "note": {"type": "string", "maxLength": NOTE_LENGTH},
        }
    ),
    "NewTransaction": _object(
        {
            "type": _KIND,
            "amount": {
                "description": f"in euros, from {LEAST} to {MOST}; as text no digit is lost",
                "type": ["string", "number"],
                "pattern": f"^{AMOUNT}$",
                "minimum": float(LEAST),
                "maximum": float(MOST),
                "example": "12.30",
            },
            "time": {
                **_TIME,
                "description": f"when it happened, from {EARLIEST:%Y} until now; absent means now",
            },
            "note": {"type": "string", "maxLength": NOTE_LENGTH, "example": "Two blue mugs"},
        },
        optional=("time", "note"),
    ),
    "Page": _object(
        {
            "count": {"type": "integer", "description": "transactions of the whole selection"},
            "next": {"type": ["string", "null"], "description": "path of the next page"},
            "previous": {"type": ["string", "null"], "description": "path of the page before"},
            "results": {"type": "array", "items": _ref("schemas", "Transaction")},
        }
    ),
    "SqlLog": _object(
        {
            "count": {"type": "integer", "description": "executions of all statements"},
            "total_ms": {**_MS, "description": "milliseconds that they took together"},
            "mean_ms": {**_MS, "description": "milliseconds that one took"},
            "since": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "since when they are counted; null when there is none",
            },
            "statements": {"type": "array", "items": _ref("schemas", "Statement")},
        }
    ),
    "Statement": _object(
        {
            "statement": {
                "type": "string",
                "description": "its text, with `?` for each literal and parameter",
            },
            "count": {"type": "integer"},
            "total_ms": _MS,
            "mean_ms": _MS,
            "slowest_ms": _MS,
            "last_seen": _TIME,
        }
    ),
    "Problem": {
        **_object({"detail": {"type": "string"}}),
        "description": "what is wrong with the request as a whole",
    },
    "Problems": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
        "description": "for each field that is wrong, what is wrong with it",
    },
}

_PROBLEM = _ref("schemas", "Problem")
_RESPONSES: Json = {
    "Invalid": _answer(
        "A field or a filter is wrong.", {"anyOf": [_ref("schemas", "Problems"), _PROBLEM]}
    ),
    "SignIn": _answer(
        "Who are you? The token is missing, unknown or revoked.",
        _PROBLEM,
        headers={"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    ),
    "Forbidden": _answer(
        "Signed in, but it is not allowed; or a session without its CSRF token.", _PROBLEM
    ),
    "Missing": _answer("There is no such thing.", _PROBLEM),
    "NotJson": _answer("The body must be `application/json`.", _PROBLEM),
    "NotAcceptable": _answer("Only JSON can be had.", _PROBLEM),
    "Unavailable": _answer(
        "The database does not answer just now; nothing was booked.",
        _PROBLEM,
        headers={"Retry-After": {"schema": {"type": "integer"}, "required": True}},
    ),
}


def _responses(**named: Json | str) -> Json:
    """By status, as `s200`; a text names one of the shared responses."""
    shared = {"s406": "NotAcceptable", "s503": "Unavailable"}
    return {
        status.removeprefix("s"): _ref("responses", one) if isinstance(one, str) else one
        for status, one in sorted({**named, **shared}.items())
    }


_OPEN: list[Json] = [{}, {"token": []}, {"session": []}]
_SIGNED_IN: list[Json] = [{"token": []}, {"session": []}]

_PATHS: Json = {
    "/api/transactions/": {
        "get": {
            "operationId": "listTransactions",
            "summary": "List transactions",
            "description": "A page of the selection, newest first. Filters add up.",
            "security": _OPEN,
            "parameters": [*_FILTERS, *_PAGING],
            "responses": _responses(
                s200=_answer("A page.", _ref("schemas", "Page")),
                s400="Invalid",
                s401="SignIn",
                s404="Missing",
            ),
        },
        "post": {
            "operationId": "bookTransaction",
            "summary": "Book a transaction",
            "description": "In the name of whoever is signed in. What is booked stays booked.",
            "security": _SIGNED_IN,
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _ref("schemas", "NewTransaction")}},
            },
            "responses": _responses(
                s201=_answer(
                    "Booked.",
                    _ref("schemas", "Transaction"),
                    headers={"Location": {"schema": {"type": "string"}, "required": True}},
                ),
                s400="Invalid",
                s401="SignIn",
                s403="Forbidden",
                s415="NotJson",
            ),
        },
    },
    "/api/transactions/{id}/": {
        "get": {
            "operationId": "readTransaction",
            "summary": "Read one transaction",
            "security": _OPEN,
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "description": "Its `id`, as the list shows it.",
                    "schema": {"type": "integer", "minimum": 1},
                }
            ],
            "responses": _responses(
                s200=_answer("The transaction.", _ref("schemas", "Transaction")),
                s401="SignIn",
                s404="Missing",
            ),
        },
    },
    "/api/sql-logs/": {
        "get": {
            "operationId": "readSqlLog",
            "summary": "Read the SQL statistics",
            "description": "Which statements the replicas executed, and how long they took. "
            "An execution is counted some seconds later.",
            "security": _SIGNED_IN,
            "x-access": "for staff",
            "parameters": [
                _query(
                    "order",
                    "Which statements come first: those with the highest such value.",
                    {"type": "string", "enum": list(ORDERS), "default": ORDERS[0]},
                ),
                _query(
                    "limit",
                    "How many statements.",
                    {
                        "type": "integer",
                        "minimum": 1,
                        "maximum": MOST_STATEMENTS,
                        "default": DEFAULT_STATEMENTS,
                    },
                ),
            ],
            "responses": _responses(
                s200=_answer("The statistics.", _ref("schemas", "SqlLog")),
                s400="Invalid",
                s401="SignIn",
                s403="Forbidden",
            ),
        },
        "delete": {
            "operationId": "clearSqlLog",
            "summary": "Start the SQL statistics anew",
            "security": _SIGNED_IN,
            "x-access": "for staff",
            "responses": _responses(
                s204={"description": "Forgotten."}, s401="SignIn", s403="Forbidden"
            ),
        },
    },
}


def document(*, prefix: str, session_cookie: str) -> Json:
    """The document for whoever asks below `prefix` ("" or like "/route")."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ledger",
            "version": VERSION,
            "summary": "Transactions: reading is open, booking needs a token or a session.",
        },
        # A path, not an address: the host is whichever the reader used.
        "servers": [{"url": prefix or "/"}],
        "paths": _PATHS,
        "components": {
            "schemas": _SCHEMAS,
            "responses": _RESPONSES,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token from the page “Your account”.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": session_cookie,
                    "description": "Signed in on the pages; writing also needs `X-CSRFToken`.",
                },
            },
        },
    }
