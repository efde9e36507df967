"""Accounts: sign-in, sessions and API tokens."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.sessions import record_sign_in  # noqa: PLC0415  # models are loaded only now

        user_logged_in.connect(record_sign_in, dispatch_uid="accounts.record_sign_in")
