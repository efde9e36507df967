"""Answers that several pages give."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from appkit.wsgi import content_security_policy


class SeeOther(HttpResponseRedirect):
    """After a post: the browser reads the new page with GET, and a reload does not post again."""

    status_code = HTTPStatus.SEE_OTHER


def leads_to_stripe[**P](
    view: Callable[P, HttpResponse],
) -> Callable[P, HttpResponse]:
    """For pages with a form that ends at Stripe: a browser asks their policy whether it may."""

    @wraps(view)
    def with_policy(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        if settings.GATEWAY is not None:
            policy = {"form-action": settings.GATEWAY.form_action}
            response["Content-Security-Policy"] = content_security_policy(policy)
        return response

    return with_policy


def inside(request: HttpRequest, address: str) -> bool:
    """Whether an address, without a host, is one of this shop's own pages."""
    root = f"{request.META.get('SCRIPT_NAME', '')}/"
    return address.startswith(root) and not address.startswith("//") and "\\" not in address
