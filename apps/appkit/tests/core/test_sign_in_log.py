import json
import logging

import pytest

from appkit import sign_in_log
from appkit.logs import JsonFormatter


@pytest.mark.parametrize("account", [None, 7])
def test_a_failure_is_logged_with_the_address(
    caplog: pytest.LogCaptureFixture, account: int | None
) -> None:
    sign_in_log.log_failure("too many attempts", "2001:db8::7", account)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    line = json.loads(JsonFormatter("app", "replica").format(record))
    assert line["client"] == "2001:db8::7"
    assert line["account"] == account
    assert line["reason"] == "too many attempts"
