"""The SQL statistics for people on the staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from telemetry import log
from telemetry.forms import LogForm

_LABELS = {
    "slowest": "Slowest once",
    "mean": "Slowest on average",
    "total": "Most time together",
    "count": "Most often",
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sql(request: HttpRequest) -> HttpResponse:
    """The list; what its form sends starts the statistics anew."""
    if not request.user.is_staff:
        raise PermissionDenied
    if request.method == "POST":
        log.clear()
        messages.success(request, "The statistics start anew.")
        return redirect("sql")
    form = LogForm(request.GET)
    order = form.cleaned_data["order"] if form.is_valid() else log.ORDERS[0]
    limit = form.cleaned_data["limit"] if form.is_valid() else log.DEFAULT_STATEMENTS
    context = {
        "sums": log.sums(),
        "statements": log.leading(order, limit),
        "order": order,
        "orders": [(name, _LABELS[name]) for name in log.ORDERS],
    }
    return render(request, "telemetry/sql.html", context)
