"""`python manage.py`: `prepare` and other commands that run once, not in each replica."""

import click
from flask import current_app

from appkit import logs
from appkit.database import NotReady
from appkit.env import SettingError, exit_with
from appkit.flask import migrations
from appkit.flask.database import database_of
from appkit.flask.prepare import prepare
from appkit.flask.project import Project
from appkit.settings import Settings


def management(project: Project) -> click.Group:
    """The commands of all applications. An application adds its own by `@commands.command()`.

    Commands run in the application context, so they can use `appkit.flask.database.session()`.
    """

    @click.group(help=f"Commands of {project.name}.")
    @click.pass_context
    def commands(context: click.Context) -> None:
        try:
            settings, config = project.read()
        except SettingError as error:
            exit_with(error)
        logs.configure(settings)
        context.obj = settings
        app = project.flask(settings, config)
        context.call_on_close(database_of(app).close)
        context.with_resource(app.app_context())

    @commands.command("prepare", help="Migrate the database and load the initial data.")
    @click.pass_obj
    def prepare_command(settings: Settings) -> None:
        try:
            prepare(project, settings, database_of(current_app))
        except NotReady as error:
            raise click.ClickException(str(error)) from error

    @commands.command("draft-migration", help="Write a migration for the changes of the models.")
    @click.argument("message")
    def draft_command(message: str) -> None:
        with database_of(current_app).engine.begin() as connection:
            migrations.draft(project.package, connection, message)

    return commands
