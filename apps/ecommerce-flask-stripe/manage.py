"""The commands `prepare`, `create-admin NAME` and `reset-password NAME`."""

from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from appkit.flask.database import session
from appkit.flask.manage import management
from shop.admins import create_admin, reset_password
from shop.project import project

commands = management(project)


@commands.command(
    "create-admin", help="Create an admin and print the password, which is not stored."
)
@click.argument("name")
def create_admin_command(name: str) -> None:
    """Prints only the password on standard output, so that scripts can read it."""
    _print_password(create_admin, name)


@commands.command(
    "reset-password", help="Set and print a new password of an admin, and end their sessions."
)
@click.argument("name")
def reset_password_command(name: str) -> None:
    """Prints only the password on standard output."""
    _print_password(reset_password, name)


def _print_password(new_password: Callable[[Session, str], str], name: str) -> None:
    try:
        password = new_password(session(), name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(password)


if __name__ == "__main__":
    commands()
