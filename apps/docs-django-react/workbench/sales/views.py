from django.http import HttpRequest, HttpResponse, JsonResponse

from workbench.api import ApiError, FieldError, endpoint
from workbench.sales.period import Range
from workbench.sales.report import report


def _show(request: HttpRequest) -> HttpResponse:
    """`?range=30d|13w|12m`, by default 13 weeks; `report` is null if there are no sales."""
    requested = request.GET.get("range", Range.QUARTER.value)
    if requested not in Range:
        choices = ", ".join(Range)
        field_error = FieldError("range", f"Choose one of {choices}.")
        raise ApiError(400, "There is no such range.", [field_error])
    chosen = Range(requested)
    return JsonResponse({"range": chosen.value, "currency": "EUR", "report": report(chosen)})


dashboard = endpoint(GET=_show)
