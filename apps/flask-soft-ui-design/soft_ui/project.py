"""What this application is made of."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from appkit.flask.project import Project
from soft_ui import catalogue, demo
from soft_ui.pages import pages


def build(app: Flask) -> None:
    app.register_blueprint(pages)
    app.jinja_env.filters["moment"] = moment


def moment(value: datetime) -> str:
    """A date and time for reading, in UTC."""
    return f"{value.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


project = Project(
    name="flask-soft-ui",
    package="soft_ui",
    folder=Path(__file__).parent,
    build=build,
    loaders=[catalogue.load],
    demo_loaders=[demo.load],
)
