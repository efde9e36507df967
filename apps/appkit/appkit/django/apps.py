"""Makes `prepare` and `create_admin` commands of every project that installs this."""

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
            request_started.connect(_read_templates_anew, dispatch_uid="appkit.templates")


def _clear_expired(request: HttpRequest, **_signal: object) -> None:
    """Nobody else does: the sessions of those who never signed out would stay for ever."""
    request.session.clear_expired()


def _read_templates_anew(**_signal: object) -> None:
    """A template that changed is seen: Django keeps them, and gunicorn reloads Python alone."""
    reset_loaders()
