"""The command that creates ordinary users."""

from importlib import util
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import soft_ui
from appkit import logs
from devkit.testing.flask import Browser
from soft_ui.models import Account
from tests.visitors import is_signed_in, sign_in


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    # The runner closes the stream to which the log handler would write.
    monkeypatch.setattr(logs, "configure", lambda _: None)


def create_user(values: dict[str, str], *arguments: str) -> Result:
    path = Path(soft_ui.__file__).parents[1] / "manage.py"
    found = util.spec_from_file_location("soft_ui_manage", path)
    assert found is not None
    assert found.loader is not None
    manage = util.module_from_spec(found)
    found.loader.exec_module(manage)
    return CliRunner().invoke(manage.commands, ["create-user", *arguments], env=values)


@pytest.mark.usefixtures("quiet")
def test_a_created_user_can_sign_in(
    values: dict[str, str], browser: Browser, session: Session
) -> None:
    result = create_user(values, " Grace  Hopper", "Grace@example.org")
    assert result.exit_code == 0
    password = result.stdout.removesuffix("\n")
    assert sign_in(browser, email="grace@example.org", password=password).status_code == 303
    assert is_signed_in(browser)
    assert session.scalars(select(Account.name)).all() == ["Grace Hopper"]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("name", "email"),
    [("", "grace@example.org"), ("\u200b\u200b", "grace@example.org"), ("Grace", "grace")],
)
def test_an_invalid_user_is_not_created(
    values: dict[str, str], session: Session, name: str, email: str
) -> None:
    result = create_user(values, name, email)
    assert (result.exit_code, result.stdout) == (1, "")
    assert session.scalar(select(func.count(Account.id))) == 0


@pytest.mark.usefixtures("quiet")
def test_a_second_user_with_an_address_is_not_created(
    values: dict[str, str], session: Session
) -> None:
    assert create_user(values, "Grace", "grace@example.org").exit_code == 0
    result = create_user(values, "Another", "GRACE@example.org")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "grace@example.org" in result.stderr
    assert session.scalars(select(Account.name)).all() == ["Grace"]
