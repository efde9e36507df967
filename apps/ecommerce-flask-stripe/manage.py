"""`python manage.py prepare`, `python manage.py create-admin NAME`."""

import click

from appkit.flask.database import session
from appkit.flask.manage import management
from shop.admins import create_admin
from shop.project import project

commands = management(project)


@commands.command("create-admin", help="Create an admin; prints the password, this once.")
@click.argument("name")
def create_admin_command(name: str) -> None:
    """Standard output is the password and nothing else, so a script can take it."""
    try:
        password = create_admin(session(), name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(password)


if __name__ == "__main__":
    commands()
