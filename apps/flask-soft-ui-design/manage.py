"""The commands `prepare` and `create-user NAME EMAIL`; `--help` lists the others."""

from datetime import UTC, datetime

import click

from appkit.flask.database import session
from appkit.flask.manage import management
from soft_ui import accounts
from soft_ui.project import project

commands = management(project)


@commands.command(
    "create-user", help="Create an account and print its password, which is stored as a hash."
)
@click.argument("name")
@click.argument("email")
def create_user(name: str, email: str) -> None:
    """Prints only the password on standard output, so that scripts can read it."""
    try:
        password = accounts.create_user(session(), name, email, datetime.now(UTC))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(password)


if __name__ == "__main__":
    commands()
