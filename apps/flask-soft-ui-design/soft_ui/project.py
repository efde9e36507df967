"""What this application is made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from appkit.env import Environment
from appkit.flask.project import Project
from soft_ui import account_pages, catalogue, component_pages, demo, pages


def build(app: Flask) -> None:
    # The cookie is written when it changes, not with each page.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    account_pages.recognise(app)
    app.register_blueprint(pages.pages)
    app.register_blueprint(component_pages.pages)
    app.register_blueprint(account_pages.pages)
    app.jinja_env.filters["moment"] = moment


def configure(env: Environment) -> Mapping[str, int]:
    """How much one network may do; behind an address that many share, more is needed."""
    return {
        pages.MESSAGES_PER_HOUR: env.integer("MESSAGES_PER_HOUR", 20, minimum=1, maximum=1_000_000),
        account_pages.SIGN_UPS_PER_HOUR: env.integer(
            "SIGN_UPS_PER_HOUR", 20, minimum=1, maximum=1_000_000
        ),
    }


def moment(value: datetime) -> str:
    """A date and time for reading, in UTC."""
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
