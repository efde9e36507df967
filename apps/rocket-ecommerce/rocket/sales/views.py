"""The sales page, for staff."""

from django import forms
from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rocket import money
from rocket.sales import charts
from rocket.sales.report import PERIODS, report


class PeriodForm(forms.Form):
    """The query parameters: `days` is one of `PERIODS`, `currency` is a currency code."""

    days = forms.TypedChoiceField(choices=[(days, f"{days} days") for days in PERIODS], coerce=int)
    currency = forms.ChoiceField(choices=money.currency_choices)


@never_cache
@require_safe
@staff_member_required
def sales(request: HttpRequest) -> HttpResponse:
    """Shows net payments by day, best sellers, and orders by state."""
    if not request.user.has_perm("payments.view_entry"):
        raise PermissionDenied
    defaults = {"days": 30, "currency": settings.SHOP_CURRENCY}
    form = PeriodForm({**defaults, **request.GET.dict()})
    chosen = {**defaults, **(form.cleaned_data if form.is_valid() else {})}
    shown = report(currency=chosen["currency"], days=chosen["days"], now=timezone.now())
    lengths = charts.bar_lengths([seller.quantity for seller in shown.best_sellers])
    return render(
        request,
        "sales/sales.html",
        {
            "form": form,
            "chosen": chosen,
            "report": shown,
            "chart": charts.column_chart([day.net for day in shown.days]),
            "chart_size": (charts.WIDTH, charts.HEIGHT),
            "best_sellers": list(zip(shown.best_sellers, lengths, strict=True)),
        },
        status=200 if form.is_valid() else 400,
    )
