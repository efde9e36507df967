"""The definition of the application for appkit."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from appkit.env import Environment
from appkit.flask.project import Project
from soft_ui import catalogue, component_pages, demo, pages, profile_pages, sign_in_pages
from soft_ui.login import load_login


def build(app: Flask) -> None:
    # The cookie is sent only when it changes, not with each page.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    load_login(app)
    for module in (pages, component_pages, sign_in_pages, profile_pages):
        app.register_blueprint(module.pages)
    app.jinja_env.filters["moment"] = moment


def configure(env: Environment) -> Mapping[str, int]:
    """The limits for one network. Raise them where many visitors share one address."""
    return {
        pages.MESSAGES_PER_HOUR: env.integer("MESSAGES_PER_HOUR", 20, minimum=1, maximum=1_000_000),
        sign_in_pages.SIGN_UPS_PER_HOUR: env.integer(
            "SIGN_UPS_PER_HOUR", 20, minimum=1, maximum=1_000_000
        ),
    }


def moment(value: datetime) -> str:
    """A date and time for display, in UTC."""
    return f"{value.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


project = Project(
    name="flask-soft-ui",
    package="soft_ui",
    folder=Path(__file__).parent,
    build=build,
    configure=configure,
    loaders=[catalogue.load],
    demo_loaders=[demo.load],
)
