"""Stripe's own word on what was paid."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rocket.payments import events
from rocket.payments.gateway import ForgedEvent

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> JsonResponse:
    """Stripe's events: signed, recent, and each with one effect however often it arrives."""
    if settings.GATEWAY is None:
        raise Http404("checkout is off")
    signature = request.headers.get("Stripe-Signature", "")
    try:
        notice = events.read(settings.GATEWAY.event(request.body, signature))
    except ForgedEvent as error:
        logger.warning("an event was refused: %s", error)
        return JsonResponse({"status": "refused"}, status=HTTPStatus.BAD_REQUEST)
    status = events.record(notice, timezone.now()) if notice else "ignored"
    return JsonResponse({"status": status})
