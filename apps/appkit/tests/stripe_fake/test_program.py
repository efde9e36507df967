"""`python -m stripe_fake` serves the accounts of its environment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

import stripe_fake as package
from stripe_fake.testing import KEY, WEBHOOK_SECRET

from .conftest import SESSIONS


def test_it_runs_as_a_program() -> None:
    accounts = {KEY: {"url": "http://127.0.0.1:9/", "secret": WEBHOOK_SECRET}, "sk_test_b": None}
    process = subprocess.Popen(
        [sys.executable, "-m", "stripe_fake"],
        cwd=Path(package.__file__).parent.parent,
        env={**os.environ, "PORT": "0", "ACCOUNTS": json.dumps(accounts)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        origin = process.stdout.readline().strip()
        with urlopen(f"{origin}/healthz", timeout=10) as response:
            assert json.load(response) == {"status": "ok"}
        # urllib changes the spelling of header names.
        unknown = Request(f"{origin}{SESSIONS}/cs_none", headers={"AUTHORIZATION": f"Bearer {KEY}"})
        with pytest.raises(HTTPError, match="404"):
            urlopen(unknown, timeout=10)
        process.terminate()
    assert process.returncode == 0
