"""`manage.py create_admin NAME`: the first administrator, whose password is shown once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError


class Command(BaseCommand):
    rights = {"is_staff": True, "is_superuser": True}
    help = "Makes an administrator and prints the password, which is stored nowhere else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name to sign in with")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not apps.is_installed("django.contrib.auth"):
            raise CommandError("this application has no accounts")
        from django.contrib.auth.models import User  # noqa: PLC0415  # needs the app installed

        name: str = options["name"]
        if User.objects.filter(username=name).exists():
            raise CommandError(f"{name} exists already: choose another name")
        password = secrets.token_urlsafe(15)
        user = User(username=name, **self.rights)
        user.set_password(password)
        try:
            user.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        user.save()
        self.stdout.write(password)
