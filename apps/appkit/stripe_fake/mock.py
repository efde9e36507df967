"""A client of Stripe's own stripe-mock, which checks that the fake is not too lenient."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TIMEOUT = 20
"""Seconds."""


@dataclass
class Mock:
    """A stripe-mock that listens at `origin`. `requests` is the number of requests to it."""

    origin: str
    requests: int = 0
    disagreements: list[str] = field(default_factory=list)

    def disagrees(self, method: str, target: str, body: str, response: dict[str, Any]) -> str:
        """The objection of stripe-mock to a request or its response; empty if it agrees."""
        self.requests += 1
        request = Request(
            self.origin + target,
            body.encode() if method == "POST" else None,
            {"Authorization": "Bearer sk_test_123"},
            method=method,
        )
        try:
            with urlopen(request, timeout=TIMEOUT) as theirs:
                objection = _difference(response, json.load(theirs))
        except HTTPError as error:
            with error:
                objection = json.load(error)["error"]["message"]
        if objection:
            self.disagreements.append(f"{method} {target} {body}: {objection}")
        return str(objection)


def _difference(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """A field of `ours` that `theirs` lacks or has with another type; null matches any type."""
    for name, value in ours.items():
        if name not in theirs:
            return f"a response has no field {name}"
        other = theirs[name]
        if None not in (value, other) and type(value) is not type(other):
            return f"the field {name} of a response is a {type(other).__name__}"
    return ""
