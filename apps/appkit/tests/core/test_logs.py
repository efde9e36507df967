"""Log lines are JSON objects."""

import json
import logging
import logging.config
import sys

import pytest

from appkit.env import Environment
from appkit.logs import JsonFormatter, config, configure, request_id
from appkit.settings import Settings


@pytest.fixture
def shop() -> Settings:
    with Environment({"ENVIRONMENT": "development"}) as env:
        return Settings.read(env, app="shop")


def line(**changes: object) -> dict[str, object]:
    record = logging.makeLogRecord(
        {"name": "x", "levelname": "INFO", "msg": "say\n%s", "args": ("ü",), **changes}
    )
    text = JsonFormatter("shop", "r1").format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def test_a_line_has_the_application_and_the_message() -> None:
    found = line()
    assert str(found.pop("time")).endswith("Z")
    assert found == {
        "level": "info",
        "app": "shop",
        "replica": "r1",
        "logger": "x",
        "message": "say\nü",
    }


def test_a_line_within_a_request_has_its_id() -> None:
    token = request_id.set("abc")
    try:
        assert line(fields={"status": 200})["request_id"] == "abc"
        assert line(fields={"status": 200})["status"] == 200
    finally:
        request_id.reset(token)


def test_an_exception_is_part_of_the_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        assert "ValueError: broken" in str(line(exc_info=sys.exc_info())["exception"])


def test_it_configures_this_process(shop: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(logging.config, "dictConfig", seen.append)
    configure(shop)
    assert seen == [config(shop)]
