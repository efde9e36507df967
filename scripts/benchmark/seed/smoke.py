"""The whole test of the seed's workflow: every application answers, all but one through the proxy."""

import time
import urllib.error
import urllib.request

ADDRESSES = [
    "http://docs-django-grafana:8000/healthz",
    *(
        f"http://reverse-proxy/{route}/healthz"
        for route in ("django-react", "ecommerce-flask", "flask-soft-ui", "rocket-ecommerce")
    ),
]
DEADLINE = time.monotonic() + 180


def wait_for(address: str) -> None:
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > DEADLINE:
                raise SystemExit(f"{address} does not answer: {error}") from error
            time.sleep(0.2)
        else:
            return


for each in ADDRESSES:
    wait_for(each)
