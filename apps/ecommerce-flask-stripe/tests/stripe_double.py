"""A stand-in for Stripe over HTTP, for the real SDK to talk to."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class StripeDouble(ThreadingHTTPServer):
    """As much of Stripe's API as the shop uses; what it does not know is refused."""

    KNOWN = re.compile(
        r"mode|success_url|cancel_url|metadata\[product_(slug|name)\]"
        r"|line_items\[0\]\[(quantity|price_data\[currency\]|price_data\]\[(currency|unit_amount)"
        r"|price_data\]\[product_data\]\[(name|description))\]"
    )

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.requests: list[dict[str, str]] = []
        self.keys: list[str | None] = []
        self.status = 200

    def answer(self, path: str, key: str | None, body: str) -> tuple[int, object]:
        """What Stripe would say to a form-encoded request."""
        form = dict(parse_qsl(body, keep_blank_values=True))
        self.keys.append(key)
        self.requests.append(form)
        if self.status != 200:
            return self.status, {"error": {"type": "api_error", "message": "told to fail"}}
        if path != "/v1/checkout/sessions" or key != "Bearer sk_test_double":
            return 401, {"error": {"type": "invalid_request_error", "message": "no such key"}}
        unknown = [name for name in form if not self.KNOWN.fullmatch(name)]
        if unknown or form.get("mode") != "payment" or not form["success_url"].startswith("http"):
            message = f"bad parameters {unknown}"
            return 400, {"error": {"type": "invalid_request_error", "message": message}}
        number = len(self.requests)
        return 200, {
            "id": f"cs_test_{number}",
            "object": "checkout.session",
            "url": f"{self.origin}/pay/cs_test_{number}",
        }


class _Answer(BaseHTTPRequestHandler):
    server: StripeDouble

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, content = self.server.answer(self.path, self.headers["Authorization"], body)
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output quiet."""
