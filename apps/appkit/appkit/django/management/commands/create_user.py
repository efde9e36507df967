"""`manage.py create_user NAME`: creates an account and prints the password once."""

from appkit.django.management.commands import create_admin


class Command(create_admin.Command):
    rights = {}
    help = "Creates an account without special permissions and prints its password."
