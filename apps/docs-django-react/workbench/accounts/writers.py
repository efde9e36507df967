"""Who may change diagrams. Everybody may read them."""

from django.conf import settings
from django.http import HttpRequest

from workbench.api import Refusal


def may_write(request: HttpRequest) -> bool:
    """In a demo everybody draws; in production only who is signed in does."""
    return settings.OPEN_TO_EVERYONE or request.user.is_authenticated


def writer(request: HttpRequest) -> str:
    """The name of who writes, empty for a visitor; a `Refusal` (401) when visitors may not."""
    if not may_write(request):
        raise Refusal(401, "Sign in to change diagrams.")
    return request.user.get_username()
