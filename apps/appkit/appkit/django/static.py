"""Static files below the prefix under which this very request came in."""

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import get_script_prefix
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PrefixedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed, compressed files whose address is built anew on each call."""

    def url(self, name: str, force: bool = False) -> str:
        # In development a file is shown as it lies. Of some, such as the admin's, an image has only
        # what was collected.
        collected = force or (settings.DEBUG and finders.find(name) is None)
        return get_script_prefix().rstrip("/") + str(super().url(name, collected))
