"""The Django app that adds `prepare`, `create_user` and `create_admin` to a project."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.signals import request_started
from django.http import HttpRequest
from django.template.autoreload import reset_loaders

from appkit.django.settings import current


class AppkitConfig(AppConfig):
    name = "appkit.django"
    label = "appkit"

    def ready(self) -> None:
        user_logged_in.connect(_clear_expired, dispatch_uid="appkit.clear_expired")
        if current().development:
            request_started.connect(_reload_templates, dispatch_uid="appkit.templates")


def _clear_expired(request: HttpRequest, **_signal: object) -> None:
    """Deletes expired sessions, which Django itself never does."""
    request.session.clear_expired()


def _reload_templates(**_signal: object) -> None:
    """Discards cached templates, because a change of a template restarts no server."""
    reset_loaders()
