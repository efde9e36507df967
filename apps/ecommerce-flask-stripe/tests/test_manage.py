import logging
from collections.abc import Iterator
from importlib import import_module

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

import manage
from shop.models import Admin, Order, Product, Refund
from tests.harness import Shop


@pytest.fixture(autouse=True)
def same_logging() -> Iterator[None]:
    """Restores the logging configuration that the commands change."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def run(environ: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(manage.commands, arguments, env={**environ})
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.sqlite
def test_prepare_can_be_repeated(shop: Shop, session: Session, environ: dict[str, str]) -> None:
    assert [run(environ, "prepare")[0] for _ in range(2)] == [0, 0]
    assert session.query(Product).count() == 8
    assert session.query(Order).count() == 5
    assert session.query(Refund).count() == 1


def test_production_has_no_demo_data(shop: Shop, session: Session, environ: dict[str, str]) -> None:
    assert run({**environ, "ENVIRONMENT": "production"}, "prepare")[0] == 0
    assert session.query(Product).count() == 8
    assert session.query(Order).count() == 0


def test_demo_orders_are_added_only_when_there_is_no_order(
    shop: Shop, session: Session, environ: dict[str, str]
) -> None:
    run(environ, "prepare")
    page = shop.signed_in().get("/admin/orders").text
    assert page.count("paid ") == 5
    assert "€145.00 refunded" in page
    session.query(Order).filter(Order.session_id != "cs_demo_1").delete()
    session.commit()
    run(environ, "prepare")
    assert session.query(Order).count() == 1


def test_create_admin_prints_only_the_password(
    shop: Shop, session: Session, environ: dict[str, str]
) -> None:
    code, out, _ = run(environ, "create-admin", "anna")
    assert code == 0
    password = out.strip()
    assert len(password) == 24
    assert session.query(Admin).one().name == "anna"
    fields = {"name": "anna", "password": password}
    assert shop.browser().submit("/admin/login", fields).status_code == 303


@pytest.mark.sqlite
@pytest.mark.parametrize(("name", "reason"), [("anna", "already"), ("An na", "2 to 32")])
def test_create_admin_reports_an_invalid_name(
    shop: Shop, session: Session, environ: dict[str, str], name: str, reason: str
) -> None:
    run(environ, "create-admin", "anna")
    code, out, err = run(environ, "create-admin", name)
    assert (code, out) == (1, "")
    assert reason in err


def test_reset_password_prints_a_new_password(
    shop: Shop, session: Session, environ: dict[str, str]
) -> None:
    _, first, _ = run(environ, "create-admin", "anna")
    code, out, _ = run(environ, "reset-password", "anna")
    assert (code, len(out.strip())) == (0, 24)
    responses = [
        shop.browser().submit("/admin/login", {"name": "anna", "password": password.strip()})
        for password in (first, out)
    ]
    assert [response.status_code for response in responses] == [422, 303]
    code, out, err = run(environ, "reset-password", "nobody")
    assert (code, out) == (1, "")
    assert "nobody" in err


def test_the_wsgi_module_has_the_application(
    shop: Shop, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    application = import_module("shop.wsgi").application
    assert application.settings.app == "ecommerce-flask"
    application.database.close()
