"""`manage.py create_admin NAME`: creates an administrator and prints the password once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError


class Command(BaseCommand):
    rights = {"is_staff": True, "is_superuser": True}
    help = "Creates an administrator and prints the password, which is stored only as a hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not apps.is_installed("django.contrib.auth"):
            raise CommandError(
                "this application has no accounts: django.contrib.auth is not installed"
            )
        from django.contrib.auth.models import User  # noqa: PLC0415  # needs the app installed

        name: str = options["name"]
        if User.objects.filter(username=name).exists():
            raise CommandError(f"the user {name} already exists: choose another name")
        password = secrets.token_urlsafe(15)
        user = User(username=name, **self.rights)
        user.set_password(password)
        try:
            user.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        user.save()
        self.stdout.write(password)
