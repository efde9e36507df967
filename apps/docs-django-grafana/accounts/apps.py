"""Accounts: signing in, sessions, API tokens."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.sessions import note_sign_in  # noqa: PLC0415  # needs the models

        user_logged_in.connect(note_sign_in, dispatch_uid="accounts.note_sign_in")
