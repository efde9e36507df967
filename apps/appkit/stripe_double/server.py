"""The double on a port: `/v1/…` for the SDK, `/c/pay/…` for a browser, `/test/…` for tests.

| request | what it does |
| --- | --- |
| `GET /c/pay/SESSION` | the page on which a buyer pays, pays later or cancels |
| `POST /c/pay/SESSION` `how=now`, `how=later` | pays; webhooks first, then back to the shop |
| `POST /c/pay/SESSION` `how=…` `webhooks=held` | pays, and sends no webhook |
| `GET /test/KEY/events` | every event of the account with this key, and how each delivery ended |
| `POST /test/KEY/events/EVENT` `age=`, `secret=`, `times=` | delivers an event again |
| `POST /test/KEY/sessions/SESSION` `how=succeeded`, `how=failed` | settles a payment of days |
| `POST /test/KEY/trouble` `status=`, `times=` | the next requests to the API fail so |
| `GET /test/disagreements` | what stripe-mock said to requests that the double accepts |
"""

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from .accounts import Account, Object
from .mock import Mock
from .parameters import RefusedError
from .webhooks import Endpoint

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Pay {amount}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head>
<body><main>
<h1>Pay {amount}</h1>
<form method="post"><button name="how" value="now">Pay</button>
<button name="how" value="later">Pay by bank transfer</button></form>
<p><a href="{cancel}">Cancel</a></p>
</main></body></html>
"""


@dataclass(frozen=True)
class Answer:
    """What goes back: JSON, a page, or the way to another place."""

    status: int
    body: Object | str = ""
    headers: tuple[tuple[str, str], ...] = ()


class StripeDouble(ThreadingHTTPServer):
    """Some accounts at Stripe, on one address. `requests` has what the API accepted, in order."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint | None],
        *,
        address: tuple[str, int] = ("127.0.0.1", 0),
        origin: str = "",
        mock: Mock | None = None,
    ) -> None:
        """`endpoints`: where the events of the account with this secret key go."""
        super().__init__(address, _Handler)
        self.origin = origin or f"http://127.0.0.1:{self.server_port}"
        self.accounts = {key: Account(key, self._page_of) for key in endpoints}
        self.endpoints = dict(endpoints)
        self.mock = mock
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.deliveries: dict[str, list[int]] = defaultdict(list)
        self.is_down = False
        """The API answers nothing but errors."""
        self._trouble: dict[str, list[int]] = defaultdict(list)
        self._telling = {key: threading.Lock() for key in endpoints}

    def _page_of(self, session_id: str) -> str:
        return f"{self.origin}/c/pay/{session_id}"

    def sent(self, path: str) -> list[dict[str, str]]:
        """The forms that the API accepted at a path, in order."""
        return [form for _, asked, form in self.requests if asked == path]

    def fail(self, key: str, status: int, times: int = 1) -> None:
        """Answers the account's next requests to the API with an error."""
        self._trouble[key] += [status] * times

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: str) -> Answer:
        """The answer to any request."""
        path = urlsplit(target).path
        try:
            match path.strip("/").split("/"):
                case ["v1", *_]:
                    return self._api(method, target, headers, body)
                case ["healthz"]:
                    return Answer(200, {"status": "ok"})
                case ["c", "pay", session_id]:
                    return self._buyer(method, session_id, dict(parse_qsl(body)))
                case ["test", "disagreements"] if self.mock:
                    return Answer(200, {"data": self.mock.disagreements, "asked": self.mock.asked})
                case ["test", key, *rest] if key in self.accounts:
                    return self._test(method, key, rest, dict(parse_qsl(body)))
        except RefusedError as error:
            return Answer(error.status, error.body)
        return Answer(404, {"error": {"type": "invalid_request_error", "message": f"no {path}"}})

    def _api(self, method: str, target: str, headers: Mapping[str, str], body: str) -> Answer:
        key = headers.get("Authorization", "").removeprefix("Bearer ")
        if key not in self.accounts:
            raise RefusedError("Invalid API Key provided", status=401)
        if self.is_down or self._trouble[key]:
            status = 500 if self.is_down else self._trouble[key].pop(0)
            raise RefusedError("told to fail", status=status, kind="api_error")
        is_post = method == "POST"
        kind = "application/x-www-form-urlencoded"
        if is_post and headers.get("Content-Type", "").partition(";")[0] != kind:
            raise RefusedError("The body of a request is form-encoded")
        parts = urlsplit(target)
        if is_post and parts.query:
            raise RefusedError(f"Received unknown parameter: {parts.query}")
        form = body if is_post else parts.query
        idempotency_key = headers.get("Idempotency-Key", "")
        if len(idempotency_key) > 255:
            raise RefusedError("An idempotency key has up to 255 characters")
        answer, known = self.accounts[key].call(method, parts.path, form, idempotency_key)
        if self.mock and (disagreement := self.mock.disagrees(method, target, body, answer)):
            raise RefusedError(f"stripe-mock disagrees: {disagreement}", status=500)
        self.requests.append((method, parts.path, dict(parse_qsl(form, keep_blank_values=True))))
        self._deliver_news(key)
        return Answer(200, answer, (("Idempotent-Replayed", "true"),) if known else ())

    def _buyer(self, method: str, session_id: str, sent: Mapping[str, str]) -> Answer:
        owners = (a for a in self.accounts.values() if session_id in a.sessions)
        account = next(owners, None)
        if account is None:
            raise RefusedError("There is no such payment", status=404)
        session = account.session(session_id)
        if method == "POST":
            is_told = sent.get("webhooks") != "held"
            account.pay(session_id, arrives=sent.get("how") != "later", is_told=is_told)
            # Stripe, too, waits for the webhook's answer before it sends the buyer back.
            self._deliver_news(account.key)
            back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id)
            return Answer(303, "", (("Location", back),))
        amount = f"{session['amount_total']} {session['currency']}"
        return Answer(200, PAGE.format(amount=amount, cancel=escape(session["cancel_url"] or "")))

    def _test(self, method: str, key: str, path: list[str], sent: Mapping[str, str]) -> Answer:
        account = self.accounts[key]
        match method, path:
            case "GET", ["events"]:
                events = [
                    {**event, "deliveries": self.deliveries[event_id]}
                    for event_id, event in account.events.items()
                ]
                return Answer(200, {"data": events})
            case "POST", ["events", event_id] if event_id in account.events:
                age, times = int(sent.get("age", 0)), int(sent.get("times", 1))
                statuses = self.deliver(
                    key, event_id, age=age, secret=sent.get("secret", ""), times=times
                )
                return Answer(200, {"statuses": statuses})
            case "POST", ["sessions", session_id]:
                account.settle(session_id, arrives=sent.get("how") == "succeeded")
                self._deliver_news(key)
                return Answer(200, {})
            case "POST", ["trouble"]:
                self.fail(key, int(sent["status"]), int(sent.get("times", 1)))
                return Answer(200, {})
        raise RefusedError("There is no such thing to test with", status=404)

    def deliver(self, key: str, event_id: str, **how: Any) -> list[int]:
        """Sends an event of an account (again); the statuses. See `Endpoint.deliver`."""
        endpoint = self.endpoints[key]
        if endpoint is None:
            return []
        statuses = endpoint.deliver(self.accounts[key].events[event_id], **how)
        self.deliveries[event_id] += statuses
        return statuses

    def _deliver_news(self, key: str) -> None:
        # One at a time: whoever waits here goes on when what they did is told, by whomever.
        with self._telling[key]:
            for event in self.accounts[key].news():
                self.deliver(key, event["id"])

    def __enter__(self) -> Self:
        return self


class _Handler(BaseHTTPRequestHandler):
    server: StripeDouble

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(
            errors="surrogateescape"
        )
        # Their names in one spelling, whatever the client's.
        headers = {name.title(): value for name, value in self.headers.items()}
        answer = self.server.answer(self.command, self.path, headers, body)
        kind = "text/html; charset=utf-8" if isinstance(answer.body, str) else "application/json"
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        self.send_response(answer.status)
        for name, value in (("Content-Type", kind), *answer.headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = _answer  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        """Tests read `requests` and `deliveries` instead."""
