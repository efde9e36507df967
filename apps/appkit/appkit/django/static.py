"""Addresses of static files below the prefix of the current request."""

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import get_script_prefix
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PrefixedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed files; each call builds the address with the current prefix."""

    def url(self, name: str, force: bool = False) -> str:
        # In development a file is served from its source. The image has only the collected copies
        # of some files, such as those of the admin.
        collected = force or (settings.DEBUG and finders.find(name) is None)
        return get_script_prefix().rstrip("/") + str(super().url(name, collected))
