"""`manage.py create_user NAME`: an account that may book, whose password is shown once."""

from appkit.django.management.commands import create_admin


class Command(create_admin.Command):
    rights = {}
    help = "Makes an account without special rights and prints its password."
