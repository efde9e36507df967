"""The HTTP server of the fake: `/v1/…` for the SDK, `/c/pay/…` for browsers, `/test/…` for tests.

| request | effect |
| --- | --- |
| `GET /c/pay/SESSION` | shows the page on which a buyer pays, pays later or cancels |
| `POST /c/pay/SESSION` `how=now`, `how=later` | pays, sends the webhooks, redirects to the shop |
| `POST /c/pay/SESSION` `how=…` `webhooks=held` | pays without sending webhooks |
| `GET /test/KEY/events` | lists the events of an account and the statuses of their deliveries |
| `POST /test/KEY/events/EVENT` `age=`, `secret=`, `times=` | delivers an event again |
| `POST /test/KEY/sessions/SESSION` `how=succeeded`, `how=failed` | completes a pending payment |
| `POST /test/KEY/sessions/SESSION` `how=expired` | makes an open session expire |
| `POST /test/KEY/sessions/SESSION` `how=…` `webhooks=held` | does so without sending webhooks |
| `POST /test/KEY/sessions/SESSION` `status=` | gives a session any status, such as an unknown one |
| `POST /test/KEY/refunds/REFUND` `how=failed` | makes a refund fail |
| `POST /test/KEY/refunds/REFUND` `how=failed` `webhooks=held` | does so without sending webhooks |
| `POST /test/KEY/trouble` `status=`, `times=` | makes the next API requests fail with a status |
| `POST /test/KEY/trouble` `delay=`, `times=` | makes the next responses start after some seconds |
| `POST /test/KEY/trouble` `pace=`, `times=` | makes the next ones take some seconds for each byte |
| `GET /test/disagreements` | lists accepted requests that stripe-mock refused |
"""

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from .accounts import Account
from .mock import Mock
from .objects import Object
from .parameters import BAD, RefusedError
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
class Trouble:
    """What is wrong with one response of the API."""

    status: int | None = None
    delay: float = 0
    """Seconds until the response starts; SILENT: it never does."""
    pace: float = 0
    """Seconds for each byte."""


SILENT = 3600.0


@dataclass(frozen=True)
class Response:
    """A response: JSON, an HTML page or a redirect. The trouble only delays it."""

    status: int
    body: Object | str = ""
    headers: tuple[tuple[str, str], ...] = ()
    trouble: Trouble = Trouble()


class StripeFake(ThreadingHTTPServer):
    """Stripe accounts at one address. `requests` has the accepted API requests, in order."""

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
        """`endpoints`: the webhook endpoint of each account, by the secret key of the account."""
        self.closing = threading.Event()
        super().__init__(address, _Handler)
        self.origin = origin or f"http://127.0.0.1:{self.server_port}"
        self.accounts = {key: Account(key, self._page_of) for key in endpoints}
        self.endpoints = dict(endpoints)
        self.mock = mock
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.deliveries: dict[str, list[int]] = defaultdict(list)
        self.is_down = False
        """While it is set, each API request fails with status 500."""
        self._troubles: dict[str, list[Trouble]] = defaultdict(list)
        self._delivery_locks = {key: threading.Lock() for key in endpoints}

    def _page_of(self, session_id: str) -> str:
        return f"{self.origin}/c/pay/{session_id}"

    def sent(self, path: str) -> list[dict[str, str]]:
        """The forms of the accepted API requests to a path, in order."""
        return [form for _, requested, form in self.requests if requested == path]

    def fail(self, key: str, status: int, times: int = 1) -> None:
        """Makes the next API requests of an account fail with a status."""
        self.trouble(key, Trouble(status), times)

    def trouble(self, key: str, trouble: Trouble, times: int = 1) -> None:
        """Applies some trouble to the next API requests of an account."""
        self._troubles[key] += [trouble] * times

    def server_close(self) -> None:
        """Ends the delayed responses, too."""
        self.closing.set()
        super().server_close()

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: str) -> Response:
        """The response to a request."""
        path = urlsplit(target).path
        try:
            match path.strip("/").split("/"):
                case ["v1", *_]:
                    return self._api(method, target, headers, body)
                case ["healthz"]:
                    return Response(200, {"status": "ok"})
                case ["c", "pay", session_id]:
                    return self._buyer(method, session_id, dict(parse_qsl(body)))
                case ["test", "disagreements"] if self.mock:
                    return Response(
                        200, {"data": self.mock.disagreements, "asked": self.mock.requests}
                    )
                case ["test", key, *rest] if key in self.accounts:
                    return self._test(method, key, rest, dict(parse_qsl(body)))
        except RefusedError as error:
            return Response(error.status, error.body)
        return Response(404, {"error": {"type": BAD, "message": f"{path} does not exist"}})

    def _api(self, method: str, target: str, headers: Mapping[str, str], body: str) -> Response:
        key = headers.get("Authorization", "").removeprefix("Bearer ")
        if key not in self.accounts:
            raise RefusedError("Invalid API Key provided", status=401)
        trouble = self._troubles[key].pop(0) if self._troubles[key] else Trouble()
        if self.is_down or trouble.status:
            status = trouble.status or 500
            raise RefusedError("A test requested this error", status=status, kind="api_error")
        is_post = method == "POST"
        kind = "application/x-www-form-urlencoded"
        if is_post and headers.get("Content-Type", "").partition(";")[0] != kind:
            raise RefusedError("The body of a request must be form-encoded")
        parts = urlsplit(target)
        if is_post and parts.query:
            raise RefusedError(f"Received unknown parameter: {parts.query}")
        form = body if is_post else parts.query
        idempotency_key = headers.get("Idempotency-Key", "")
        if len(idempotency_key) > 255:
            raise RefusedError("An idempotency key has at most 255 characters")
        response, repeated = self.accounts[key].call(method, parts.path, form, idempotency_key)
        if self.mock and (disagreement := self.mock.disagrees(method, target, body, response)):
            raise RefusedError(f"stripe-mock disagrees: {disagreement}", status=500)
        self.requests.append((method, parts.path, dict(parse_qsl(form, keep_blank_values=True))))
        if is_post:
            # An endpoint that receives an event may send a GET request before it responds.
            self._deliver_new_events(key)
        replayed = (("Idempotent-Replayed", "true"),) if repeated else ()
        return Response(200, response, replayed, trouble)

    def _buyer(self, method: str, session_id: str, sent: Mapping[str, str]) -> Response:
        owners = (a for a in self.accounts.values() if session_id in a.sessions)
        account = next(owners, None)
        if account is None:
            raise RefusedError("There is no such payment", status=404)
        session = account.session(session_id)
        if method == "POST":
            notify = sent.get("webhooks") != "held"
            account.pay(session_id, at_once=sent.get("how") != "later", notify=notify)
            # Like Stripe, it waits for the response to the webhook before it redirects the buyer.
            self._deliver_new_events(account.key)
            back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id)
            return Response(303, "", (("Location", back),))
        amount = f"{session['amount_total']} {session['currency']}"
        return Response(200, PAGE.format(amount=amount, cancel=escape(session["cancel_url"] or "")))

    def _test(self, method: str, key: str, path: list[str], sent: Mapping[str, str]) -> Response:
        account = self.accounts[key]
        match method, path:
            case "GET", ["events"]:
                events = [
                    {**event, "deliveries": self.deliveries[event_id]}
                    for event_id, event in account.events.items()
                ]
                return Response(200, {"data": events})
            case "POST", ["events", event_id] if event_id in account.events:
                age, times = int(sent.get("age", 0)), int(sent.get("times", 1))
                statuses = self.deliver(
                    key, event_id, age=age, secret=sent.get("secret", ""), times=times
                )
                return Response(200, {"statuses": statuses})
            case "POST", ["sessions", session_id] if "status" in sent:
                account.session(session_id)["status"] = sent["status"]
                return Response(200, {})
            case "POST", ["sessions", session_id]:
                how, notify = sent.get("how"), sent.get("webhooks") != "held"
                if how == "expired":
                    account.end(session_id, notify=notify)
                else:
                    succeeds = how == "succeeded"
                    account.complete_payment(session_id, succeeds=succeeds, notify=notify)
                self._deliver_new_events(key)
                return Response(200, {})
            case "POST", ["refunds", refund_id] if sent.get("how") == "failed":
                account.fail_refund(refund_id, notify=sent.get("webhooks") != "held")
                self._deliver_new_events(key)
                return Response(200, {})
            case "POST", ["trouble"]:
                status = int(sent["status"]) if "status" in sent else None
                delay, pace = float(sent.get("delay", 0)), float(sent.get("pace", 0))
                self.trouble(key, Trouble(status, delay, pace), int(sent.get("times", 1)))
                return Response(200, {})
        raise RefusedError("There is no such test request", status=404)

    def deliver(self, key: str, event_id: str, **how: Any) -> list[int]:
        """Delivers an event of an account. Returns the statuses; see `Endpoint.deliver`."""
        endpoint = self.endpoints[key]
        if endpoint is None:
            return []
        statuses = endpoint.deliver(self.accounts[key].events[event_id], **how)
        self.deliveries[event_id] += statuses
        return statuses

    def _deliver_new_events(self, key: str) -> None:
        # A request that waits for the lock continues when its events are delivered, even if another
        # request has delivered them.
        with self._delivery_locks[key]:
            for event in self.accounts[key].take_new_events():
                self.deliver(key, event["id"])

    def __enter__(self) -> Self:
        return self


class _Handler(BaseHTTPRequestHandler):
    server: StripeFake

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(
            errors="surrogateescape"
        )
        # Clients spell the names of headers in different ways.
        headers = {name.title(): value for name, value in self.headers.items()}
        response = self.server.handle(self.command, self.path, headers, body)
        is_page = isinstance(response.body, str)
        kind = "text/html; charset=utf-8" if is_page else "application/json"
        text = response.body if isinstance(response.body, str) else json.dumps(response.body)
        self.server.closing.wait(response.trouble.delay)
        # A client that has waited too long has closed the connection.
        with suppress(OSError):
            self.send_response(response.status)
            for name, value in (("Content-Type", kind), *response.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self._send(text.encode(), response.trouble.pace)

    def _send(self, body: bytes, pace: float) -> None:
        if not pace:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.server.closing.wait(pace):
                return

    do_GET = do_POST = _respond  # noqa: N815 - the names that the base class requires

    def log_message(self, *_: object) -> None:
        """Logs nothing: tests read `requests` and `deliveries` instead."""
