"""An application's `wsgi.py`, in one call."""

import os

from django.core.wsgi import get_wsgi_application

from appkit.django.database import DjangoDatabase
from appkit.django.settings import current
from appkit.wsgi import ShopFloor, shop_floor


def application(settings_module: str, *, policy: str | None = None) -> ShopFloor:
    """The project of `settings_module` in the shell. Raises `SettingError`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    django = get_wsgi_application()
    return shop_floor(django, settings=current(), database=DjangoDatabase(), policy=policy)
