"""Static files below the prefix under which this very request came in."""

from django.urls import get_script_prefix
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PrefixedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed, compressed files whose address is built anew on each call."""

    def url(self, name: str, force: bool = False) -> str:
        return get_script_prefix().rstrip("/") + str(super().url(name, force))
