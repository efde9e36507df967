from django.http import HttpRequest, HttpResponse, JsonResponse

from workbench.api import Fault, Refusal, endpoint
from workbench.sales.period import Range
from workbench.sales.report import report


def _show(request: HttpRequest) -> HttpResponse:
    """`?range=30d|13w|12m`, 13 weeks when it is not given; `report` is null without any sale."""
    asked = request.GET.get("range", Range.QUARTER.value)
    if asked not in Range:
        choices = ", ".join(Range)
        fault = Fault("range", f"Choose one of {choices}.")
        raise Refusal(400, "There is no such range.", [fault])
    chosen = Range(asked)
    return JsonResponse({"range": chosen.value, "currency": "EUR", "report": report(chosen)})


dashboard = endpoint(GET=_show)
