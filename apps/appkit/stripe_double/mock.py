"""Stripe's own stripe-mock, asked whatever the double accepts: the double is never more lenient."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TIMEOUT = 20
"""Seconds."""


@dataclass
class Mock:
    """A stripe-mock that listens at `origin`. `asked` counts what it was asked."""

    origin: str
    asked: int = 0
    disagreements: list[str] = field(default_factory=list)

    def disagrees(self, method: str, target: str, body: str, answer: dict[str, Any]) -> str:
        """What stripe-mock objects to a request or to the double's answer; empty if nothing."""
        self.asked += 1
        request = Request(
            self.origin + target,
            body.encode() if method == "POST" else None,
            {"Authorization": "Bearer sk_test_123"},
            method=method,
        )
        try:
            with urlopen(request, timeout=TIMEOUT) as response:
                objection = _unlike(answer, json.load(response))
        except HTTPError as error:
            with error:
                objection = json.load(error)["error"]["message"]
        if objection:
            self.disagreements.append(f"{method} {target} {body}: {objection}")
        return str(objection)


def _unlike(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Which field of ours theirs has not, or has in another type where both say something."""
    for name, value in ours.items():
        if name not in theirs:
            return f"an answer has no field {name}"
        other = theirs[name]
        if None not in (value, other) and type(value) is not type(other):
            return f"the field {name} of an answer is a {type(other).__name__}"
    return ""
