"""The implementation of an application's `wsgi.py`."""

import os

from django.core.wsgi import get_wsgi_application

from appkit.django.database import DjangoDatabase
from appkit.django.refusals import HeaderCheck
from appkit.django.settings import current
from appkit.wsgi import ServiceMiddleware


def application(settings_module: str, *, policy: str | None = None) -> ServiceMiddleware:
    """The Django project of `settings_module` with its middleware. Raises `SettingError`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    django = HeaderCheck(get_wsgi_application())
    return ServiceMiddleware(django, settings=current(), database=DjangoDatabase(), policy=policy)
