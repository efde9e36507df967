from functools import partial

from django.http import HttpRequest, HttpResponse, JsonResponse

from appkit.django.revisions import read
from appkit.revisions import Kept
from workbench.api import ApiError, endpoint, field_error
from workbench.messages import Message
from workbench.sales.period import Range
from workbench.sales.report import report

_bodies: Kept[bytes] = Kept(partial(read, "sales"), len(Range))


def _show(request: HttpRequest) -> HttpResponse:
    """`?range=30d|13w|12m`, by default 13 weeks; `report` is null if there are no sales."""
    requested = request.GET.get("range", Range.QUARTER.value)
    if requested not in Range:
        unknown = field_error("range", Message.UNKNOWN_CHOICE, choices=", ".join(Range))
        raise ApiError(400, Message.UNKNOWN_RANGE, [unknown])
    chosen = Range(requested)
    return HttpResponse(_bodies.get(chosen, lambda: _body(chosen)), content_type="application/json")


def _body(chosen: Range) -> bytes:
    return JsonResponse(
        {"range": chosen.value, "currency": "EUR", "report": report(chosen)}
    ).content


dashboard = endpoint(GET=_show)
