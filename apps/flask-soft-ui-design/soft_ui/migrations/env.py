"""Alembic runs this file for each command."""

from appkit.flask.migrations import run
from soft_ui.models import Model

run(Model.metadata)
