"""`manage.py prepare`: runs once before the replicas start; migrates and loads the initial data."""

import logging

from sqlalchemy.orm import Session

from appkit.database import wait
from appkit.flask import migrations
from appkit.flask.database import Database
from appkit.flask.project import Project
from appkit.settings import Settings

logger = logging.getLogger(__name__)


def prepare(project: Project, settings: Settings, database: Database) -> None:
    """Waits for the database, applies pending migrations, runs the loaders. It can be repeated.

    Raises `NotReady` when the database does not answer within a minute.
    """
    wait(database, migrated=False)
    with database.engine.begin() as connection:
        applied = migrations.upgrade(project.package, connection)
    logger.info("applied %d migrations", len(applied), extra={"fields": {"migrations": applied}})
    demo = project.demo_loaders if settings.demo_data else ()
    for load in (*project.loaders, *demo):
        with Session(database.engine) as session, session.begin():
            load(session)
