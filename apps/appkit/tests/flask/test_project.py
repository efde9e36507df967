from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import Client

from appkit.env import Environment, SettingError
from appkit.flask.database import Database
from appkit.flask.project import POLICY, Project

type NewBrowser = Callable[..., Client]


@pytest.mark.parametrize(
    ("scheme", "name", "secure"),
    [("http", "sample-session", False), ("https", "__Host-sample-session", True)],
)
def test_the_session_cookie(new_browser: NewBrowser, scheme: str, name: str, secure: bool) -> None:
    forwarded = {"X-Forwarded-Prefix": "/sample", "X-Forwarded-Proto": scheme}
    response = new_browser().get("/", headers=forwarded)
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert "; Path=/" in cookie
    assert "/sample" not in cookie.split("Path=", 1)[1]
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert ("; Secure" in cookie) is secure


def test_app_name_sets_the_name_of_the_cookie(new_browser: NewBrowser) -> None:
    response = new_browser(APP_NAME="other-name").get("/")
    assert response.headers["Set-Cookie"].startswith("other-name-session=")


def test_all_invalid_settings_are_reported_at_once(sample: Project) -> None:
    def configure(env: Environment) -> Mapping[str, object]:
        return {"KEY": env.secret("STRIPE_KEY")}

    project = replace(sample, configure=configure)
    with pytest.raises(SettingError) as caught:
        project.wsgi(Environment({"ENVIRONMENT": "production"}))
    for name in ("SECRET_KEY", "DATABASE_URL", "STRIPE_KEY"):
        assert name in str(caught.value)


def test_an_application_has_its_own_settings_and_policy(
    sample: Project, values: dict[str, str]
) -> None:
    def configure(env: Environment) -> Mapping[str, object]:
        return {
            "GREETING": env.text("GREETING"),
            POLICY: {"form-action": "'self' https://pay.example.org"},
        }

    def build(app: Flask) -> None:
        @app.get("/")
        def greet() -> str:
            greeting: str = app.config["GREETING"]
            return greeting

    served = replace(sample, build=build, configure=configure).wsgi(
        Environment(values | {"GREETING": "hello"})
    )
    response = Client(served).get("/")
    assert response.text == "hello"
    policy = response.headers["Content-Security-Policy"]
    assert "form-action 'self' https://pay.example.org;" in policy
    assert "default-src 'self'" in policy
    assert isinstance(served.database, Database)
    served.database.close()
