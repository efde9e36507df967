"""`python smoke.py ADDRESS…`: the whole test of the seed's workflow. It waits until each address answers."""

import sys
import time
import urllib.error
import urllib.request

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


for each in sys.argv[1:]:
    wait_for(each)
