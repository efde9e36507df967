"""Redirects and response headers that several views use."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from appkit.wsgi import content_security_policy


class SeeOther(HttpResponseRedirect):
    """The redirect after a POST. The browser follows it with GET, so a reload repeats no POST."""

    status_code = HTTPStatus.SEE_OTHER


def allow_redirect_to_stripe[**P](
    view: Callable[P, HttpResponse],
) -> Callable[P, HttpResponse]:
    """Decorates a view whose form redirects to Stripe, which the default policy forbids."""

    @wraps(view)
    def with_policy(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        if settings.GATEWAY is not None:
            policy = {"form-action": settings.GATEWAY.form_action}
            response["Content-Security-Policy"] = content_security_policy(policy)
        return response

    return with_policy


def is_own_path(request: HttpRequest, path: str) -> bool:
    """Whether a redirect to `path` stays in this shop. Browsers treat a backslash like a slash."""
    root = f"{request.META.get('SCRIPT_NAME', '')}/"
    return path.startswith(root) and not path.startswith("//") and "\\" not in path
