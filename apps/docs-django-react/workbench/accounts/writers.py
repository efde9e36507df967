"""The permission to change diagrams. Reading them needs none."""

from django.conf import settings
from django.http import HttpRequest

from workbench.api import ApiError
from workbench.messages import Message


def may_write(request: HttpRequest) -> bool:
    """Whether this request may change diagrams: in production only signed-in users may."""
    return settings.OPEN_TO_EVERYONE or request.user.is_authenticated


def require_writer(request: HttpRequest) -> str:
    """The user name, empty for a visitor; raises `ApiError` (401) if visitors may not write."""
    if not may_write(request):
        raise ApiError(401, Message.SIGN_IN_TO_EDIT)
    return request.user.get_username()
