"""`python manage.py prepare`, `… create-admin NAME`, `… reset-password NAME`."""

from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from appkit.flask.database import session
from appkit.flask.manage import management
from shop.admins import create_admin, reset_password
from shop.project import project

commands = management(project)


@commands.command("create-admin", help="Create an admin; prints the password, this once.")
@click.argument("name")
def create_admin_command(name: str) -> None:
    """Standard output is the password and nothing else, so a script can take it."""
    _print_password(create_admin, name)


@commands.command("reset-password", help="Give an admin another password; signs them out.")
@click.argument("name")
def reset_password_command(name: str) -> None:
    """Standard output is the password and nothing else."""
    _print_password(reset_password, name)


def _print_password(give: Callable[[Session, str], str], name: str) -> None:
    try:
        password = give(session(), name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(password)


if __name__ == "__main__":
    commands()
