"""The page of the SQL statistics, for staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from telemetry import statistics
from telemetry.forms import StatisticsForm

_LABELS = {
    "slowest": "Slowest execution",
    "mean": "Slowest on average",
    "total": "Most total time",
    "count": "Most frequent",
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sql(request: HttpRequest) -> HttpResponse:
    """Shows the top statements; a POST resets the statistics."""
    if not request.user.is_staff:
        raise PermissionDenied
    if request.method == "POST":
        statistics.clear()
        messages.success(request, "The statistics were reset.")
        return redirect("sql")
    form = StatisticsForm(request.GET)
    order = form.cleaned_data["order"] if form.is_valid() else statistics.ORDERS[0]
    limit = form.cleaned_data["limit"] if form.is_valid() else statistics.DEFAULT_STATEMENTS
    context = {
        "totals": statistics.totals(),
        "statements": statistics.top(order, limit),
        "order": order,
        "orders": [(name, _LABELS[name]) for name in statistics.ORDERS],
    }
    return render(request, "telemetry/sql.html", context)
