"""The webhook endpoint for Stripe's events."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rocket.payments import events, ledger
from rocket.payments.errors import InvalidEvent

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> JsonResponse:
    """Verifies an event and records it. The same event can arrive any number of times."""
    if settings.GATEWAY is None:
        raise Http404("Checkout is disabled, because the shop has no Stripe keys.")
    signature = request.headers.get("Stripe-Signature", "")
    try:
        event = events.parse(settings.GATEWAY.verified_event(request.body, signature))
    except InvalidEvent as error:
        logger.warning("webhook event rejected: %s", error)
        return JsonResponse({"status": "refused"}, status=HTTPStatus.BAD_REQUEST)
    status = ledger.record(event, timezone.now()) if event else "ignored"
    return JsonResponse({"status": status})
